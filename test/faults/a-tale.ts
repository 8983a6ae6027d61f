import type { HistoryEntry } from '../../src/lab/history.ts';
import type { Event, NewEvent } from '../../src/model/event.ts';
import { aCommit, T0 } from '../builders/commit.ts';
import { anEvent } from '../builders/event.ts';
import type { Acceptance, Evidence, Release } from './evidence.ts';
import { firstWish, type NodeWish, type SiteWish, withNode } from './wish.ts';

export const LIMITS = {
  installsAtOnce: 1,
  unavailablePerPool: 2,
  reinstallsPerCommit: 1,
  attempts: 2,
  softOffGrace: '60ms',
  rollout: { canary: 1, haltAfter: 1 },
};

/** A scenario written by hand: what is told first happens first, 10 ms apart. */
export function aTale() {
  const events: Event[] = [];
  const acceptances: Acceptance[] = [];
  const releases: Release[] = [];
  const histories = new Map<string, HistoryEntry[]>(['n1', 'n2', 'n3'].map((name) => [name, []]));
  let wish: SiteWish = firstWish([...histories.keys()]);
  const tale = {
    say(event: NewEvent) {
      const id = events.length + 1;
      events.push({ ...event, id, time: T0 + id * 10, phase: null, attempt: null });
      return tale;
    },
    report(node: string) {
      const record = { installId: 'old', profile: 'base', generation: 1, installDigest: '', commit: '' };
      return tale.say(
        anEvent(node, 'Reported', { record, configDigest: null, stacks: [], facts: {}, boot: true }),
      );
    },
    /** A commit by which these nodes are to be otherwise. */
    commit(changes: Record<string, Partial<NodeWish>> = {}) {
      for (const [name, change] of Object.entries(changes)) wish = withNode(wish, name, change);
      tale.say(anEvent(null, 'Waiting', { waitingFor: '', until: null }));
      const carried = new Map(
        [...histories.keys()].map((name) => [name, { profile: 'base', generation: 1 }]),
      );
      acceptances.push({ id: events.length, commit: aCommit('abc').id, wish, carried });
      if (acceptances.length === 1) for (const name of histories.keys()) tale.report(name);
      return tale;
    },
    release(...nodes: string[]) {
      tale.say(anEvent(null, 'PlanApproved', { digest: '', nodes, why: '' }));
      releases.push({ id: events.length, nodes });
      return tale;
    },
    attempt(node: string, generation: number, installId = `${node}-${generation}`) {
      const target = {
        ...{ profile: 'base', generation, commit: '', asked: aCommit('abc'), change: '', together: 1 },
        ...{ cause: { file: '', line: 0, column: 0 }, first: false },
      };
      return tale.say(anEvent(node, 'AttemptStarted', { attempt: 1, installId, target }));
    },
    answers: (node: string, installId: string) =>
      tale.say(anEvent(node, 'AnswersServed', { installId, address: '' })),
    wipe(node: string, installId: string) {
      histories.get(node)?.push({ kind: 'wipe', installId, lost: null, at: T0 });
      return tale;
    },
    power: (node: string, state: 'on' | 'off') =>
      tale.say(anEvent(node, 'PowerObserved', { state, previous: 'unknown' })),
    intent: (node: string, op: 'on' | 'off' | 'soft-off') => tale.say(anEvent(node, 'PowerIntent', { op })),
    install: (node: string, generation: number) =>
      tale
        .attempt(node, generation)
        .answers(node, `${node}-${generation}`)
        .wipe(node, `${node}-${generation}`),
    told: (): Evidence => ({
      limits: LIMITS,
      settle: 100,
      faults: new Map(),
      events,
      acceptances,
      releases,
      histories,
    }),
  };
  return tale;
}
