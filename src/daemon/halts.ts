/** A rollout that has halted itself, or goes on, is said once, in the journal: what follows from states alone has no event of its own. */

import type { Event, NewEvent } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import { haltedRollout } from '../notify/classify.ts';
import { shortCommit } from '../plan/say-age.ts';
import { debounce } from './loops.ts';

export interface Halt {
  pool: string;
  /** The sentence of its guard; see StatusView. */
  why: string;
}

interface Ports {
  journal: Journal;
  /** Null while no commit is in force: then nothing is known of it. */
  halted(): readonly Halt[] | null;
  onError(error: unknown): void;
}

/** What fails together is said together. */
const GATHER = 50;
/** So many are remembered over a restart. */
const REMEMBERED = 100;

export function watchHalts({ journal, halted, onError }: Ports): { close(): Promise<void> } {
  const open = openOf(journal.read({ reasons: ['RolloutHalted', 'RolloutReleased'], limit: REMEMBERED }));
  let said = new Set([...open.values()].map(({ why }) => why));
  let saying: Promise<unknown> = Promise.resolve();
  let lifter: Event | null = null;
  const look = debounce(() => {
    const now = halted();
    if (now === null) return;
    const halts = new Map(now.map((halt) => [haltedRollout(halt.why), halt]));
    const released = [...open].filter(([rollout]) => !halts.has(rollout));
    const news = now.filter(({ why }) => !said.has(why));
    said = new Set(now.map(({ why }) => why));
    for (const [rollout] of released) open.delete(rollout);
    for (const [rollout, halt] of halts) open.set(rollout, halt);
    const why = whyLifted(lifter);
    lifter = null;
    const events = [
      ...released.map(([rollout, halt]) => releasedEvent(rollout, halt, why)),
      ...news.map(haltedEvent),
    ];
    if (events.length > 0) saying = journal.append(events).catch(onError);
  }, GATHER);
  const unsubscribe = journal.subscribe((events) => {
    if (open.size > 0) lifter = events.findLast(({ reason }) => LIFTS.has(reason)) ?? lifter;
    if (events.some((event) => mayHalt(event) || (open.size > 0 && mayLift(event)))) look.call();
  });
  return {
    async close() {
      unsubscribe();
      look.close();
      await saying;
    },
  };
}

/** What a person does about it; the rest are machines that have come to a good end. */
const LIFTS: ReadonlySet<Event['reason']> = new Set(['InstallApproved', 'CommitAccepted', 'RetryRequested']);

function mayHalt({ reason, node }: Event): boolean {
  return node !== null && (reason === 'AttemptFailed' || reason === 'Stuck');
}

function mayLift({ reason }: Event): boolean {
  return (
    LIFTS.has(reason) ||
    reason === 'InstallSettled' ||
    reason === 'PhaseEntered' ||
    reason === 'InstallUnwanted'
  );
}

/** Those that had halted and were not released, by what names them. Events of before do not say the pool. */
function openOf(events: readonly Event[]): Map<string, Halt> {
  const open = new Map<string, Halt>();
  for (const { reason, data } of events) {
    if (reason === 'RolloutHalted')
      open.set(haltedRollout(data.why), { pool: data.pool ?? '', why: data.why });
    else if (reason === 'RolloutReleased') open.delete(data.rollout);
  }
  return open;
}

function whyLifted(lifter: Event | null): string {
  if (lifter?.reason === 'InstallApproved') return `approved by ${lifter.actor}`;
  if (lifter?.reason === 'CommitAccepted') return `commit ${shortCommit(lifter.commit ?? '')} is in force`;
  if (lifter?.reason === 'RetryRequested') return `${lifter.actor} lets ${lifter.node} try again`;
  return 'nodes that had failed have come to a good end, and few enough are left';
}

function haltedEvent({ pool, why }: Halt): NewEvent {
  return {
    ...{ node: null, commit: null, actor: 'daemon', reason: 'RolloutHalted' as const },
    ...{ message: why, data: { why, pool } },
  };
}

function releasedEvent(rollout: string, { pool }: Halt, why: string): NewEvent {
  return {
    ...{ node: null, commit: null, actor: 'daemon', reason: 'RolloutReleased' as const },
    ...{ message: `${rollout} is halted no more: ${why}`, data: { rollout, pool, why } },
  };
}
