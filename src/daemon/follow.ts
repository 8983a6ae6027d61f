/** Follows the branch: which commit is in force, and why a newer one is not (promises 2 and 4). */

import type { createDocumentCache } from '../desired/document-cache.ts';
import { GitError } from '../git/errors.ts';
import { judge } from '../git/judge.ts';
import type { Source } from '../git/source.ts';
import type { GitView } from '../model/api.ts';
import type { Site } from '../model/desired.ts';
import type { NewEvent } from '../model/event.ts';
import type { ImageKnowledge } from '../model/images.ts';
import type { Journal } from '../model/journal.ts';
import type { Problem } from '../model/problem.ts';
import type { ShownPlan } from '../model/review.ts';
import { makePlan } from '../plan/plan.ts';
import { shortCommit } from '../plan/say-age.ts';
import type { Stage } from '../trace/span.ts';
import { acceptanceEvents, badCount, rejection } from './acceptance.ts';
import { noSuchHistory } from './follow-errors.ts';
import { gitReachable, gitUnreachable, historyAccepted, historyRefused } from './follow-events.ts';
import { causesBetween, type Loaded, loadSite } from './load-site.ts';
import { type Judgement, type SignedHistory, UNSIGNED, unverifiedEvent } from './signed-history.ts';
import { trailerEvents } from './trailers.ts';

export interface FollowPorts {
  source: Source;
  cache: ReturnType<typeof createDocumentCache>;
  journal: Journal;
  clock(): number;
  /** What was shown of the pull requests that the step from the first commit to the second brings; default: nothing. */
  shownIn?(from: string, to: string): Promise<ShownPlan[]>;
  /** Whether a listed key vouches for what the head brings; default: nobody needs to. */
  signed?: SignedHistory;
  /** As the plan that was shown before saw it. */
  images?: ImageKnowledge;
  /** What is made of each commit's site first; default: nothing. */
  adapt?: ((site: Site) => Site) | undefined;
  /** The site in force, or null before the first. */
  site(): Site | null;
  /** Readies what a good site refers to, such as its secrets; it is not in force yet. */
  prepare(site: Site): Promise<void>;
  /**
   * From this call on the site is in force. It is made in the turn that appends the acceptance: nobody must hear of a wish
   * while the guards of the commit before still answer.
   */
  use(site: Site): void;
  /** How long each step took with a commit that is new; `why` where it changes nothing. ms since the epoch. */
  onStages?(commit: string, stages: readonly Stage[], why: string | null): void;
  /** Called with every site that came into force, after its acceptance is durable. */
  inForce(site: Site): Promise<void>;
}

export interface Follower {
  /** Looks at the branch now; calls while one runs are answered by one more run. */
  check(): Promise<void>;
  view(): GitView;
  /** Lets a rewritten head come into force. Rejects when it is not the head that was refused. */
  acceptHistory(head: string, actor: string): Promise<void>;
  /** Resolves when a look under way has ended; later ones do nothing. */
  close(): Promise<void>;
}

export function createFollower(ports: FollowPorts): Follower {
  const { source, journal, clock } = ports;
  let view: GitView = {
    state: 'starting',
    message: 'not read yet',
    since: clock(),
    head: null,
    problems: [],
  };
  let running: Promise<void> | null = null;
  let again = false;
  let closed = false;
  /** Said once per head, not at every look. */
  let refusedHead: string | null = null;

  async function check(): Promise<void> {
    if (closed) return;
    again = true;
    running ??= (async () => {
      while (again) {
        again = false;
        await look();
      }
    })().finally(() => {
      running = null;
    });
    return running;
  }

  async function look(): Promise<void> {
    const before = view;
    try {
      if (!ports.site()) await restore();
      const begun = clock();
      const head = await source.head();
      await consider(head, { name: 'fetch', begun, ended: clock() });
      await reachable(before);
    } catch (error) {
      if (closed) return;
      if (!(error instanceof GitError)) throw error;
      await unreachable(error);
    }
  }

  /** What a look that was cut off by the end says of the repository is not believed. */
  async function close(): Promise<void> {
    closed = true;
    again = false;
    await running?.catch(() => {});
  }

  /** After a start: the commit that was in force is in force again, whatever the branch says now. */
  async function restore(): Promise<void> {
    const id = journal.facts().acceptedCommit;
    if (id === null) return;
    const loaded = await loadIfThere(id);
    if (!loaded) return;
    if (loaded.site) {
      await ports.prepare(loaded.site);
      ports.use(loaded.site);
      await ports.inForce(loaded.site);
    } else
      setView(
        'bad-commit',
        `the commit in force, ${shortCommit(id)}, ${badCount(loaded.problems)}`,
        id,
        loaded.problems,
      );
  }

  async function load(id: string): Promise<Loaded> {
    const loaded = await loadSite(source, ports.cache, id);
    return loaded.site && ports.adapt ? { ...loaded, site: ports.adapt(loaded.site) } : loaded;
  }

  /** A commit that is gone for good was rewritten: its successor waits for a person, and nothing is in force until then. */
  async function loadIfThere(id: string): Promise<Loaded | null> {
    try {
      return await load(id);
    } catch (error) {
      if (error instanceof GitError && error.code === 'missing-object') return null;
      throw error;
    }
  }

  async function consider(head: string, fetched: Stage): Promise<void> {
    const { acceptedCommit: accepted, allowedHead: allowed } = journal.facts();
    const verdict = judge({ accepted, head, isAncestor: await descends(accepted, head), allowed });
    if (verdict === 'rewritten') return refuseHistory(accepted ?? '', head);
    if (verdict === 'same') return stillInForce(head);
    const judgement = (await ports.signed?.judge(accepted, head)) ?? UNSIGNED;
    if (!judgement.ok) return refuseUnverified(head, judgement);
    await advance(accepted, head, judgement.signed, fetched);
  }

  async function descends(accepted: string | null, head: string): Promise<boolean | null> {
    if (accepted === null || accepted === head) return true;
    try {
      return await source.isAncestor(accepted, head);
    } catch (error) {
      if (error instanceof GitError && error.code === 'missing-object') return null;
      throw error;
    }
  }

  async function advance(
    accepted: string | null,
    head: string,
    signed: boolean,
    fetched: Stage,
  ): Promise<void> {
    const { commit, site, problems } = await load(head);
    const validated: Stage = { name: 'validate', begun: fetched.ended, ended: clock() };
    if (!site) {
      if (refusedHead !== head) ports.onStages?.(head, [fetched, validated], badCount(problems));
      setView(
        'bad-commit',
        `commit ${shortCommit(head)} ${badCount(problems)}; it changes nothing`,
        head,
        problems,
      );
      return sayRefused(head, rejection(commit, problems));
    }
    const causeOf = await causesBetween(source, accepted, commit);
    const shown = accepted === null ? [] : ((await ports.shownIn?.(accepted, head)) ?? []);
    const trust = (await ports.signed?.news(site, signed)) ?? [];
    const trailers = (await ports.signed?.trailers(accepted, head)) ?? [];
    await ports.prepare(site);
    // From here to the append nothing may wait: the plan and its events belong to these very states.
    const { plan, events } = makePlan({
      site,
      previous: ports.site(),
      states: journal.states(),
      now: clock(),
      causeOf,
      images: ports.images ?? null,
      shown,
    });
    const acceptance = acceptanceEvents({ site, previous: accepted, plan, shown });
    const words = trailerEvents({ site, plan, events, states: journal.states(), trailers, now: clock() });
    const durable = journal.append([...acceptance, ...trust, ...events, ...words], {
      acceptedCommit: head,
      allowedHead: null,
    });
    ports.use(site);
    await durable;
    await ports.inForce(site);
    refusedHead = null;
    const planned: Stage = { name: 'plan', begun: validated.ended, ended: clock() };
    ports.onStages?.(head, [fetched, validated, planned], null);
    setView('ok', 'the newest commit is in force', head);
  }

  function stillInForce(head: string): void {
    if (ports.site()) setView('ok', 'the newest commit is in force', head);
  }

  async function refuseHistory(from: string, head: string): Promise<void> {
    const event = historyRefused(from, head);
    setView('rewritten', event.message, head);
    await sayRefused(head, event);
  }

  /** Before its files are looked at: who cannot sign has no say in anything. */
  async function refuseUnverified(head: string, refusal: Judgement & { ok: false }): Promise<void> {
    const event = unverifiedEvent(head, refusal);
    setView('unverified', event.message, head);
    await sayRefused(head, event);
  }

  async function sayRefused(head: string, event: NewEvent): Promise<void> {
    if (refusedHead === head) return;
    refusedHead = head;
    await journal.append([event]);
  }

  async function unreachable(error: GitError): Promise<void> {
    const news = view.state !== 'unreachable';
    setView('unreachable', error.message, view.head);
    if (news) await journal.append([gitUnreachable(error)]);
  }

  /** Only when all of it could be read again: a file that Git will not hand out must not come and go with every look. */
  async function reachable(before: GitView): Promise<void> {
    if (before.state === 'unreachable') await journal.append([gitReachable(before.since)]);
  }

  async function acceptHistory(head: string, actor: string): Promise<void> {
    const current = view.state === 'rewritten' ? view.head : null;
    if (!current?.startsWith(head) || head.length < 7) {
      throw noSuchHistory(head);
    }
    refusedHead = null;
    const from = journal.facts().acceptedCommit ?? '';
    await journal.append([historyAccepted(from, current, actor)], { allowedHead: current });
    await check();
  }

  function setView(
    state: GitView['state'],
    message: string,
    head: string | null,
    problems: Problem[] = [],
  ): void {
    const since = view.state === state && view.head === head ? view.since : clock();
    view = { state, message, since, head, problems };
  }

  return { check, view: () => view, acceptHistory, close };
}
