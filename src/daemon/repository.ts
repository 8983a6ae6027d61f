/** The site repository as the daemon uses it: followed, and read for plans of commits that are not in force. */

import type { Logger } from 'pino';
import { createDocumentCache, type DocumentCache } from '../desired/document-cache.ts';
import { GitError } from '../git/errors.ts';
import { openSource, type Source } from '../git/source.ts';
import type { Site } from '../model/desired.ts';
import type { Journal } from '../model/journal.ts';
import type { Plan } from '../model/plan.ts';

import type { ShownPlan } from '../model/review.ts';

import type { SignerKey } from '../model/signer.ts';

import { makePlan } from '../plan/plan.ts';
import type { Fleet } from './fleet.ts';
import { createFollower, type Follower, type FollowPorts } from './follow.ts';
import { invalidCommit, noSuchRevision } from './follow-errors.ts';
import type { Images } from './images/images.ts';
import { createLateSource } from './late-source.ts';
import { causesBetween, loadSite } from './load-site.ts';
import type { DaemonSettings } from './settings.ts';
import { createSignedHistory, sayUnverified } from './signed-history.ts';

const KNOCK_PAUSE = 5_000;
/** What a person's revision may be wrong in. */
const UNKNOWN: ReadonlySet<string> = new Set(['missing-object', 'unsafe']);

interface Ports {
  settings: DaemonSettings;
  journal: Journal;
  fleet: Pick<Fleet, 'site' | 'use'>;
  images: Pick<Images, 'knowledge'>;
  /** Of the repository that is followed; see FollowPorts. */
  shownIn(source: Source, from: string, to: string): Promise<ShownPlan[]>;
  clock(): number;
  log: Logger;
  /** From outside Git: they vouch for commits beside those of the site. */
  verifyKeys: readonly SignerKey[];
  openSource: (() => Promise<Source>) | undefined;
  adapt: ((site: Site) => Site) | undefined;
  onStages: FollowPorts['onStages'];
  onError(error: unknown): void;
  prepare(site: Site): Promise<void>;
  inForce(site: Site): Promise<void>;
}

export interface Repository extends Follower {
  describe(): string;
  /** That is followed; null as long as it is not known. */
  branch(): string | null;
  /** Of the files that were read. */
  cache: DocumentCache;
  /** What is not part of the site, by commit and blob id. */
  files: Pick<Source, 'contents' | 'sizes' | 'blobs'>;
  /** Begins to follow. */
  start(): void;
  /** The plan of the step from the commit in force to a revision, against what is observed now; null without a site. */
  planTo(revision: string): Promise<Plan | null>;
}

export function followRepository({
  settings,
  journal,
  fleet,
  clock,
  log,
  openSource: given,
  verifyKeys,
  images,
  shownIn,
  onStages,
  onError,
  ...hooks
}: Ports): Repository {
  const { repository: location, branch, dataDir, auth, pollInterval, env } = settings;
  const warn = (message: string) => log.warn({ reason: 'GitWatch' }, message);
  const open = () => openSource({ location, branch, dataDir, auth, pollInterval, env, warn });
  const source = createLateSource(given ?? open, location, KNOCK_PAUSE);
  const cache = createDocumentCache();
  const { site, use } = fleet;
  const signed = createSignedHistory({ source, journal, site, given: verifyKeys, path: env['PATH'] ?? '' });
  const follower = createFollower({
    ...{ source, cache, journal, clock, site, use, images: images.knowledge, signed },
    shownIn: (from, to) => shownIn(source, from, to),
    ...hooks,
    ...(onStages ? { onStages } : {}),
  });

  async function planTo(revision: string): Promise<Plan | null> {
    const previous = site();
    if (!previous) return null;
    const loaded = await loadSite(source, cache, await resolved(revision));
    if (!loaded.site) throw invalidCommit(loaded.problems.length);
    const causeOf = await causesBetween(source, previous.commit.id, loaded.commit);
    const known = { site: loaded.site, previous, states: journal.states(), images: images.knowledge };
    const { plan } = makePlan({ ...known, now: clock(), causeOf });
    const judgement = await signed.judge(previous.commit.id, loaded.commit.id);
    return judgement.ok ? plan : { ...plan, unverified: sayUnverified(judgement) };
  }

  async function resolved(revision: string): Promise<string> {
    try {
      return await source.resolve(revision);
    } catch (error) {
      if (error instanceof GitError && UNKNOWN.has(error.code)) throw noSuchRevision(error.message);
      throw error;
    }
  }

  function start(): void {
    const check = () => void follower.check().catch(onError);
    source.onChange(check);
    check();
  }

  async function close(): Promise<void> {
    const ended = follower.close();
    source.close();
    await ended;
  }

  const { describe, branch: followed } = source;
  return { ...follower, files: source, cache, describe, branch: followed, start, planTo, close };
}
