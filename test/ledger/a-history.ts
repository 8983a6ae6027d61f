/** A short history of three nodes, for figures that are worked out by hand. Hours count from a Monday, 00:00 UTC. */

import fc from 'fast-check';
import type { Event, EventData, NewEvent, Reason } from '../../src/model/event.ts';
import { anyEvent } from '../builders/any-event.ts';
import { aCommit } from '../builders/commit.ts';
import { anEvent, NOTHING_PLANNED } from '../builders/event.ts';

export const MONDAY = Date.UTC(2026, 5, 1);
export const HOUR = 3600_000;
const POOLS: Record<string, string> = { n1: 'sip', n2: 'sip', n3: 'hte' };

export function poolOf(node: string): string | null {
  return POOLS[node] ?? null;
}

/** Collects events at hours; `commit(n, madeAt)` is c`n`, made that hour. */
export function aTale() {
  const events: Event[] = [];
  const commit = (name: string, hour: number) => aCommit(name, { time: MONDAY + hour * HOUR });
  function say<R extends Reason>(
    hour: number,
    node: string | null,
    reason: R,
    data: EventData[R],
    change: { commit?: string; actor?: string } = {},
  ): void {
    const event: NewEvent = anEvent(node, reason, data, change);
    events.push({ ...event, id: events.length + 1, time: MONDAY + hour * HOUR, phase: null, attempt: null });
  }
  return {
    events,
    say,
    accepted(hour: number, name: string, madeAt: number) {
      const made = commit(name, madeAt);
      const data = { commit: made, previous: null, nodes: 3, plan: NOTHING_PLANNED };
      say(hour, null, 'CommitAccepted', data, { commit: made.id });
    },
    wanted(hour: number, node: string, name: string, profile = 'docker', generation = 2) {
      say(hour, node, 'InstallWanted', { target: targetOf(name, profile, generation) });
    },
    started(hour: number, node: string, name: string, attempt = 1, profile = 'docker', generation = 2) {
      const target = targetOf(name, profile, generation);
      const installId = `${node}-${name}-${attempt}`;
      say(hour, node, 'AttemptStarted', { attempt, installId, target });
    },
    failed(hour: number, node: string, attempt = 1) {
      say(hour, node, 'AttemptFailed', { attempt, why: 'no answers', missing: 'answers', retryAt: null });
    },
    settled(hour: number, node: string, name: string, hours: number, more: Partial<Settled> = {}) {
      const { attempt = 1, profile = 'docker', generation = 2, hardware = null } = more;
      const record = recordOf(node, name, attempt, profile, generation);
      say(hour, node, 'InstallSettled', {
        ...{ record, durationMs: hours * HOUR, images: [], pool: poolOf(node) ?? '' },
        ...{ configDigest: 'c1', stacks: ['base', 'chrony'], hardware },
      });
    },
    stuck(hour: number, node: string, name: string) {
      say(hour, node, 'Stuck', { why: 'stack chrony failed' }, { commit: aCommit(name).id });
    },
    configured(hour: number, node: string, name: string) {
      const data = { pool: poolOf(node) ?? '', configDigest: 'c2', stacks: ['base'], hardware: null };
      say(hour, node, 'Configured', data, { commit: aCommit(name).id });
    },
  };
}

interface Settled {
  attempt: number;
  profile: string;
  generation: number;
  hardware: string | null;
}

function targetOf(name: string, profile: string, generation: number) {
  const cause = { file: 'inventory/nodes/n.yaml', line: 6, column: 3 };
  const change = `generation ${generation - 1} → ${generation}`;
  const asked = aCommit(name);
  return { ...{ profile, generation, commit: asked.id, asked, cause, change }, together: 1, first: false };
}

export function recordOf(node: string, name: string, attempt = 1, profile = 'docker', generation = 2) {
  const installId = `${node}-${name}-${attempt}`;
  return { installId, profile, generation, installDigest: 'd1', commit: aCommit(name).id };
}

/** Two weeks: what each commit did stands in report.test.ts. */
export function aFortnight(): Event[] {
  const tale = aTale();
  tale.accepted(1, 'c1', 0);
  tale.wanted(1, 'n1', 'c1');
  tale.wanted(1, 'n2', 'c1');
  tale.started(1, 'n1', 'c1');
  tale.started(1, 'n2', 'c1');
  tale.settled(2, 'n1', 'c1', 1, { hardware: 'Dell R650' });
  tale.failed(2, 'n2');
  tale.started(3, 'n2', 'c1', 2);
  tale.settled(5, 'n2', 'c1', 2, { attempt: 2 });

  tale.accepted(12, 'c2', 10);
  tale.wanted(12, 'n3', 'c2', 'ceph');
  tale.started(12, 'n3', 'c2', 1, 'ceph');
  tale.failed(13, 'n3');
  tale.stuck(13, 'n3', 'c2');
  tale.started(20, 'n3', 'c2', 2, 'ceph');
  tale.settled(23, 'n3', 'c2', 3, { attempt: 2, profile: 'ceph', hardware: 'HPE DL360' });

  tale.accepted(24, 'c3', 24);

  tale.accepted(170, 'c4', 169);
  tale.configured(171, 'n1', 'c4');
  tale.stuck(171, 'n2', 'c4');
  tale.configured(175, 'n2', 'c4');

  tale.accepted(180, 'c5', 180);
  tale.wanted(180, 'n3', 'c5', 'ceph', 3);
  tale.say(181, 'n3', 'InstallUnwanted', { why: 'the commit took it back' });

  tale.accepted(191, 'c6', 190);
  tale.wanted(191, 'n1', 'c6', 'docker', 3);
  tale.wanted(191, 'n2', 'c6', 'docker', 3);
  tale.started(191, 'n1', 'c6', 1, 'docker', 3);
  tale.settled(192, 'n1', 'c6', 1, { generation: 3, hardware: 'Dell R650' });
  return tale.events;
}

/** Any events of two nodes and the site, an hour apart. */
export const anyHistory = fc
  .array(anyEvent(['n1', 'n2']), { maxLength: 60 })
  .map((events) =>
    events.map(
      (event, n): Event => ({ ...event, id: n + 1, time: MONDAY + n * HOUR, phase: null, attempt: null }),
    ),
  );
