/** Plans every open pull request, and keeps its comment and status true. */

import type { DocumentCache } from '../../desired/document-cache.ts';
import { GitError } from '../../git/errors.ts';
import type { History } from '../../git/history.ts';
import type { ReviewMirror } from '../../git/review-mirror.ts';
import type { ReviewView } from '../../model/api.ts';
import type { Review, ReviewForge, Site } from '../../model/desired.ts';
import type { ImageKnowledge } from '../../model/images.ts';
import type { Journal } from '../../model/journal.ts';
import type { Plan } from '../../model/plan.ts';
import type { ShownPlan } from '../../model/review.ts';
import { ForgeError, isOfOne } from '../../review/errors.ts';
import type { Forge, PullRequest } from '../../review/forge.ts';
import { repeat } from '../loops.ts';
import { createAftermath } from './aftermath.ts';
import { installTimes } from './install-times.ts';
import { type Proposal, propose } from './proposal.ts';
import { createShown } from './shown.ts';
import { createTeller, REFRESH } from './teller.ts';

export interface Reviews {
  /** Looks at the pull requests soon. */
  soon(): void;
  /** See FollowPorts.shownIn. */
  shownIn(source: Pick<History, 'rootTrees'>, from: string, to: string): Promise<ShownPlan[]>;
  view(): ReviewView;
  close(): Promise<void>;
}

interface Ports {
  journal: Journal;
  cache: DocumentCache;
  images: ImageKnowledge;
  site(): Site | null;
  /** Of the commit in force, made now. */
  plan(): Plan | null;
  /** That is followed; null while it is not known. */
  branch(): string | null;
  openMirror(): Promise<ReviewMirror>;
  openForge(spec: ReviewForge): Forge;
  /** Between two looks that nothing asked for, ms. Default a minute. */
  interval?: number;
  clock(): number;
  onError(error: unknown): void;
}

const INTERVAL = 60_000;
/** How soon a wish to look is seen, ms. */
const IDLE = 300;
/** Of the daemon's time, one part in so many may be spent on planning. */
const SHARE = 10;

export function createReviews(ports: Ports): Reviews {
  const { journal, clock, onError, interval = INTERVAL } = ports;
  const shown = createShown(journal, openMirror);
  const aftermath = createAftermath(ports);
  const teller = createTeller({ shown, clock });
  let forge: { mark: string; forge: Forge } | null = null;
  let mirror: Promise<ReviewMirror> | null = null;
  let view: ReviewView = { state: 'off', message: 'no pull requests are planned', since: clock(), open: 0 };
  let wanted = true;
  let last = { end: 0, pause: 0 };
  /** Spent on planning in this look, ms. */
  let planning = 0;
  /** What the last look saw: where nothing of it has moved, no plan has. */
  let seen = '';
  let closed = false;
  const loop = repeat(round, () => IDLE, onError);

  async function round(): Promise<void> {
    const now = clock();
    // A clock that was set back does not put it off.
    const isEarly = now >= last.end && now < last.end + last.pause;
    if (closed || (isEarly && !wanted)) return;
    wanted = false;
    planning = 0;
    await lookOnce().finally(() => {
      last = { end: clock(), pause: Math.max(interval, SHARE * planning) };
    });
  }

  async function lookOnce(): Promise<void> {
    const site = ports.site();
    const branch = ports.branch();
    if (!site || branch === null) {
      wanted = true;
      return;
    }
    const current = await forgeOf(site.review);
    if (!site.review || !current) return move('off', 'no pull requests are planned', 0);
    try {
      const open = await look(site, site.review, current, branch);
      await recovered(current.describe(), open);
    } catch (error) {
      if (!closed) await problem(error);
    }
  }

  async function openMirror(): Promise<ReviewMirror> {
    mirror ??= ports.openMirror().catch((error: unknown) => {
      mirror = null;
      throw error;
    });
    return mirror;
  }

  /** Opened again where it is declared in another way. */
  async function forgeOf(review: Review | null): Promise<Forge | null> {
    const spec = review?.forge ?? null;
    const mark = JSON.stringify(spec);
    if (forge?.mark === mark) return forge.forge;
    await forge?.forge.close();
    forge = null;
    teller.forget(() => false);
    if (spec) forge = { mark, forge: ports.openForge(spec) };
    return forge?.forge ?? null;
  }

  async function look(site: Site, review: Review, forge: Forge, branch: string): Promise<number> {
    const source = await openMirror();
    const troubles = await aftermath.look(forge);
    const listed = await forge.openPullRequests(branch);
    const open = listed.filter(({ fork }) => !fork || review.forks);
    teller.forget((number) => open.some((one) => one.number === number));
    if (open.length > 0) troubles.push(...(await planAll(source, open, site, forge, branch)));
    if (troubles[0]) throw troubles[0];
    return open.length;
  }

  /** Returns what kept one or another from being told; nothing is done where nothing has moved. */
  async function planAll(
    source: ReviewMirror,
    open: readonly PullRequest[],
    site: Site,
    forge: Forge,
    branch: string,
  ): Promise<ForgeError[]> {
    const ref = `refs/heads/${branch}`;
    const heads = await source.fetch([ref, ...open.map((one) => one.ref)]);
    const base = heads.get(ref);
    const hour = Math.floor(clock() / REFRESH);
    const mark = JSON.stringify([...heads, open, site.commit.id, journal.lastId(), hour]);
    if (base === undefined || mark === seen) return [];
    seen = '';
    const proposals: Proposal[] = [];
    for (const one of open) {
      const head = heads.get(one.ref);
      // Without one it was closed since it was listed.
      if (head !== undefined) proposals.push(await proposed(source, { ...one, head }, base, site));
    }
    const troubles: ForgeError[] = [];
    const around = { previous: site, branch, times: installTimes(journal) };
    for (const proposal of proposals) {
      await teller.tell(forge, proposal, proposals, around).catch((error: unknown) => {
        if (!isOfOne(error)) throw error;
        troubles.push(error);
      });
    }
    if (troubles.length === 0) seen = mark;
    return troubles;
  }

  async function proposed(
    source: ReviewMirror,
    pullRequest: PullRequest,
    base: string,
    previous: Site,
  ): Promise<Proposal> {
    const { cache, images } = ports;
    const known = { previous, current: ports.plan(), states: journal.states(), images, now: clock() };
    const begun = clock();
    return propose(pullRequest, base, { mirror: source, cache, ...known }).finally(() => {
      planning += clock() - begun;
    });
  }

  async function problem(error: unknown): Promise<void> {
    if (!(error instanceof ForgeError || error instanceof GitError)) throw error;
    const what = error instanceof ForgeError ? `${error.message}. ${error.hint}` : error.message;
    const isNew = view.state !== 'problem' || view.message !== what;
    move('problem', what, view.open);
    if (!isNew) return;
    await append({
      ...{ reason: 'ReviewProblem', data: { code: error.code } },
      message: `pull requests are not planned: ${what}`,
    });
  }

  async function recovered(where: string, open: number): Promise<void> {
    const { state, since } = view;
    move('ok', `${where}: ${open} open pull request${open === 1 ? '' : 's'} planned`, open);
    if (state !== 'problem') return;
    await append({ reason: 'ReviewRecovered', message: 'pull requests are planned again', data: { since } });
  }

  async function append(
    event:
      | { reason: 'ReviewProblem'; message: string; data: { code: string } }
      | { reason: 'ReviewRecovered'; message: string; data: { since: number } },
  ): Promise<void> {
    await journal.append([{ node: null, commit: null, actor: 'daemon', ...event }]);
  }

  function move(state: ReviewView['state'], message: string, open: number): void {
    const since = view.state === state ? view.since : clock();
    view = { state, message, since, open };
  }

  return {
    soon() {
      wanted = true;
    },
    shownIn: shown.within,
    view: () => view,
    async close() {
      closed = true;
      await forge?.forge.close();
      (await mirror?.catch(() => null))?.close();
      await loop.close();
      shown.close();
      aftermath.close();
    },
  };
}
