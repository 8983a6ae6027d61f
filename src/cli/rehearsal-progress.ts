/** What a rehearsal is doing, while it does it: one line that changes on a terminal, plain lines elsewhere. */

import type { Event } from '../model/event.ts';
import type { NodeState } from '../model/node-state.ts';
import type { Context } from './context.ts';
import { sayMinutes } from './rehearsal-text.ts';

/** With more nodes than this only sums are told. */
const MOST_TOLD = 40;
const LIVE_MS = 250;
const SUMMARY_MS = 3_000;

export interface Progress {
  note(events: readonly Event[], elapsed: number, states: ReadonlyMap<string, NodeState>): void;
  /** Takes the changing line away. */
  end(): void;
}

export function showProgress({ stdout, isTTY, columns }: Context, nodes: number): Progress {
  let shownAt = 0;
  let shown = false;

  function sum(elapsed: number, states: ReadonlyMap<string, NodeState>): void {
    const pause = isTTY ? LIVE_MS : SUMMARY_MS;
    const now = performance.now();
    if (now - shownAt < pause) return;
    shownAt = now;
    const line = `after ${sayMinutes(elapsed)}: ${sayPhases(states)}`;
    stdout.write(isTTY ? `\r\u001b[K${line.slice(0, Math.max(columns - 1, 40))}` : `${line}\n`);
    shown = isTTY;
  }

  return {
    note(events, elapsed, states) {
      if (isTTY || nodes > MOST_TOLD) return sum(elapsed, states);
      for (const event of events) {
        if (!isTold(event)) continue;
        stdout.write(`+${sayMinutes(elapsed).padEnd(7)} ${event.node ?? 'site'}: ${sayEvent(event)}\n`);
      }
    },
    end() {
      if (shown) stdout.write('\r\u001b[K');
    },
  };
}

/** Without durations of the rack in a hurry, which say nothing to a person. */
function sayEvent({ message }: Event): string {
  return message.replace(/, in \d+ s$|; asked again in .*$/, '');
}

function isTold({ reason }: Event): boolean {
  return TOLD.has(reason);
}

const TOLD: ReadonlySet<Event['reason']> = new Set([
  ...(['CommitAccepted', 'CommitRejected', 'AttemptStarted', 'AttemptFailed', 'InstallSettled'] as const),
  ...(['Stuck', 'PowerHoldEnded', 'BmcUnreachable', 'RolloutHalted', 'RolloutReleased'] as const),
] as Event['reason'][]);

function sayPhases(states: ReadonlyMap<string, NodeState>): string {
  const counts = new Map<string, number>();
  for (const { phase } of states.values()) counts.set(phase, (counts.get(phase) ?? 0) + 1);
  return [...counts].map(([phase, count]) => `${count} ${phase}`).join(', ');
}
