/** A commit carried out on a simulated rack: the daemon as it is, on machines that are as an earlier commit says. */

import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PatientClock, startPatientClock } from '../../lab/patient-clock.ts';
import type { Site } from '../../model/desired.ts';
import type { Event, NewEvent } from '../../model/event.ts';
import type { Journal } from '../../model/journal.ts';
import type { NodeState } from '../../model/node-state.ts';
import { isBusy } from '../../model/phase.ts';
import type { Plan } from '../../model/plan.ts';
import { makePlan } from '../../plan/plan.ts';
import { isDue, type Outcome, outcomesOf } from './outcome.ts';
import { plugIn, type Stage, type StageOptions, startOn } from './stage.ts';

export interface RehearsalOptions extends StageOptions {
  /** Whatever the plan holds for an approval is approved. */
  approve: boolean;
  /** When it is there, ms since the epoch: windows are judged by it. */
  at: number;
  signal: AbortSignal;
  /** Called with news as they come: the rack's time since the commit came into force, ms. */
  onEvents(events: readonly Event[], elapsed: number, states: ReadonlyMap<string, NodeState>): void;
}

export interface Rehearsal {
  outcomes: Outcome[];
  /** All came to rest; else nothing had happened for longer than anything may take. */
  ended: boolean;
  /** The rack's time from the commit to the last thing that happened, ms. */
  elapsed: number;
  machines: number;
}

const LOOK = 100;
const MINUTE = 60_000;
/** After which nothing is expected to happen any more; besides, any phase may take its own time. */
const PATIENCE = 15 * MINUTE;

/** Rejects with the signal's reason when it aborts; everything is taken away again in any case. */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const dir = await mkdtemp(join(tmpdir(), 'barewright-rehearsal-'));
  const clock = startPatientClock(options.at);
  const ends: (() => Promise<void>)[] = [];
  try {
    await mkdir(join(dir, 'secrets'));
    const password = randomBytes(9).toString('base64url');
    return await run(options, { dir, clock, ends, password });
  } finally {
    for (const end of ends.reverse()) await end();
    clock.close();
    await rm(dir, { recursive: true, force: true });
  }
}

async function run(options: RehearsalOptions, stage: Stage): Promise<Rehearsal> {
  const { from, to, speed, signal } = options;
  const { clock } = stage;
  const { rack, adapt } = await plugIn(options, stage);
  const { journal, branch } = await startOn(rack, adapt, options, stage);
  const site = adapt(to);
  const planned = planOf(site, adapt(from), journal, clock);
  const story = follow(journal, clock, options);
  branch.moveTo(to.commit.id);
  await until(() => journal.facts().acceptedCommit === to.commit.id, clock, signal);
  if (options.approve) await approveAll(journal, planOf(site, null, journal, clock), site);

  const patience = longestPhase(site) + PATIENCE / speed;
  const ended = await untilRest(() => isAtRest(site, journal, clock), {
    clock,
    signal,
    isOver: () => clock.now() - story.lastNews() > patience,
  });
  story.end();
  const now = planOf(site, null, journal, clock);
  const { events, start } = story;
  return {
    outcomes: outcomesOf({ site, states: journal.states(), events, planned, now, start: start(), speed }),
    ended,
    elapsed: (story.lastNews() - start()) * speed,
    machines: rack.machines.size,
  };
}

/** What happens from the commit's coming into force on, told as it comes. */
function follow(journal: Journal, clock: PatientClock, { speed, onEvents }: RehearsalOptions) {
  const events: Event[] = [];
  let start: number | null = null;
  let lastNews = clock.now();
  const end = journal.subscribe((news) => {
    start ??= news.find(({ reason }) => reason === 'CommitAccepted')?.time ?? null;
    if (news.some(isNews)) lastNews = clock.now();
    if (start === null) return;
    events.push(...news);
    onEvents(news, (clock.now() - start) * speed, journal.states());
  });
  return { events, end, lastNews: () => lastNews, start: () => start ?? lastNews };
}

function planOf(site: Site, previous: Site | null, journal: Journal, clock: PatientClock): Plan {
  const causeOf = () => site.commit;
  return makePlan({ site, previous, states: journal.states(), now: clock.now(), causeOf }).plan;
}

/** As the daemon does it for a person. */
async function approveAll(journal: Journal, plan: Plan, site: Site): Promise<void> {
  const { digest, actions } = plan;
  const held = actions.filter(({ hold, kind }) => hold?.needsApproval && kind === 'install');
  const events = held.map(
    ({ node }): NewEvent => ({
      node,
      commit: site.commit.id,
      actor: 'rehearsal',
      reason: 'InstallApproved',
      message: 'install approved for the rehearsal',
      data: { digest, why: 'rehearsal' },
    }),
  );
  if (events.length > 0) await journal.append(events);
}

const NEWS: ReadonlySet<Event['reason']> = new Set([
  ...(['CommitAccepted', 'PhaseEntered', 'AttemptStarted', 'AttemptFailed', 'InstallSettled'] as const),
  ...(['InstallProgress', 'Stuck', 'NodeAdopted', 'PowerResult'] as const),
]);

function isNews({ reason }: Event): boolean {
  return NEWS.has(reason);
}

/** Real ms. */
function longestPhase({ profiles, policy }: Site): number {
  const phases = [...profiles.values()].flatMap(({ timeouts }) => [timeouts.install, timeouts.configure]);
  return Math.max(
    ...phases,
    policy.deadlines.booting,
    policy.deadlines.restarting,
    2 * policy.reportInterval,
  );
}

function isAtRest(site: Site, journal: Journal, clock: PatientClock): boolean {
  const states = journal.states();
  for (const name of site.nodes.keys()) {
    const state = states.get(name);
    if (!state || isBusy(state.phase) || state.phase === 'found') return false;
  }
  return !planOf(site, null, journal, clock).actions.some((action) => isDue(action, states.get(action.node)));
}

interface Waiting {
  clock: PatientClock;
  signal: AbortSignal;
  /** It is waited no longer. */
  isOver(): boolean;
}

async function untilRest(wish: () => boolean, { clock, signal, isOver }: Waiting): Promise<boolean> {
  while (!wish()) {
    if (isOver()) return false;
    await clock.sleep(LOOK);
    signal.throwIfAborted();
  }
  return true;
}

/** For what takes a moment; a minute of it is a defect. */
async function until(wish: () => boolean, clock: PatientClock, signal: AbortSignal): Promise<void> {
  const end = clock.now() + MINUTE;
  const done = await untilRest(wish, { clock, signal, isOver: () => clock.now() > end });
  if (!done) throw new Error('the rehearsal does not get under way; this should not have happened');
}
