/** Puts the evidence of a scenario together. */

import type { Event } from '../../src/model/event.ts';
import type { Journal } from '../../src/model/journal.ts';
import type { Plot } from './draw.ts';
import { type Acceptance, type Evidence, eventsOf, type Release } from './evidence.ts';
import type { People } from './people.ts';
import { TIMING, type World } from './world.ts';

const PAGE = 10_000;

export function gather({ limits, faults }: Plot, world: World, people: People): Evidence {
  const histories = [...world.rack().machines.values()].map(
    ({ name, history }) => [name, history.filter((entry) => !people.byHand.has(entry))] as const,
  );
  return {
    limits,
    settle: TIMING.settle,
    faults,
    events: readAll(world.journal()),
    acceptances: gatherAcceptances(world, people),
    releases: gatherReleases(world, people),
    histories: new Map(histories),
  };
}

export function gatherAcceptances(world: World, { ledger }: People): Acceptance[] {
  return eventsOf(world.events, 'CommitAccepted').map(({ id, data: { commit } }) => ({
    id,
    commit: commit.id,
    wish: ledger.of(commit.id).wish,
    carried: world.disksAt.get(id) ?? new Map(),
  }));
}

/** An approval counts for the nodes that the person had been shown, whatever the journal names. */
export function gatherReleases(world: World, { approvals }: People): Release[] {
  return eventsOf(world.events, 'PlanApproved').map(({ id, data: { digest } }) => ({
    id,
    nodes: approvals.find((approval) => approval.digest === digest)?.nodes ?? [],
  }));
}

/** What the store gives back, not what was heard of while it was written. */
function readAll(journal: Journal): Event[] {
  const events: Event[] = [];
  for (;;) {
    const page = journal.read({ after: events.at(-1)?.id ?? 0, limit: PAGE });
    events.push(...page);
    if (page.length < PAGE) return events;
  }
}
