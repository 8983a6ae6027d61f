/** What a phase's handler answers: data for the runner, nothing done yet. */

import type { DesiredNode, Policy } from '../model/desired.ts';
import type { NewEvent, RequiredImage } from '../model/event.ts';
import type { NodeState } from '../model/node-state.ts';
import type { PowerOp } from '../model/phase.ts';
import type { Action } from '../model/plan.ts';

/** Times the reconcile keeps that no site needs to set; ms. */
export interface Timing {
  /** Between two readings while a power command is being confirmed. */
  poll: number;
  /** A BMC may take this long to carry out a command; it is not repeated before (MAAS LP#1609496). */
  settle: number;
  /** Boot flags expire after 60 s on many BMCs (IPMI 2.0 §28.13): set again when older than this. */
  nextBootValid: number;
  /** Wait before attempt 2; doubles with each further one. */
  retryDelay: number;
}

export const TIMING: Timing = { poll: 2_000, settle: 15_000, nextBootValid: 45_000, retryDelay: 10_000 };

/** All that a handler may look at. */
export interface Situation {
  node: DesiredNode;
  state: NodeState;
  policy: Policy;
  timeouts: { install: number; configure: number };
  /** The commit in force. */
  commit: string;
  timing: Timing;
  now: number;
  /** When this node's BMC was last asked, and how often in a row it has not answered; 0 after a start. */
  readAt: number;
  readFailures: number;
  /** In Git or by a person, and not run out. */
  isPaused: boolean;
  /** What the plan says of the node at this moment, guards included; the most costly action first. */
  actions: readonly Action[];
  /** When time alone may change what the plan says; null for never. */
  changesAt: number | null;
  /** Why what its installer boots from is not there yet, as a clause; null when all is there. */
  awaits: string | null;
  /** What its pool and profile require of the own registry now. */
  images(): readonly RequiredImage[];
  /** An id for a new attempt. */
  freshInstallId: string;
}

export type Command =
  | { kind: 'read' }
  | { kind: 'power'; op: PowerOp }
  | { kind: 'next-boot' }
  | { kind: 'publish' }
  | { kind: 'ssh-check' };

/**
 * `events` are appended first, all or none; then the command runs, its intent journaled before and its result after.
 * With neither, the node rests until `wakeAt` (ms since the epoch; null: until something wakes it).
 */
export interface Step {
  events?: NewEvent[];
  command?: Command;
  wakeAt: number | null;
}

export type Handler = (s: Situation) => Step;

/** Rests until a time, or until woken. */
export function stay(wakeAt: number | null): Step {
  return { wakeAt };
}

/** The step; one that only rests does so until the deadline at most. */
export function within(deadline: number | null, step: Step): Step {
  return step.command || step.events ? step : stay(earlier(step.wakeAt, deadline));
}

/** The earlier of two times; null is never. */
export function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/** Appends events and looks again at once. */
export function record(...events: NewEvent[]): Step {
  return { events, wakeAt: null };
}

/** Runs one command and looks again when it has ended. */
export function run(command: Command): Step {
  return { command, wakeAt: null };
}

/** Asks the BMC again, at most once per poll interval and with back-off (to 1 min) while it does not answer. */
export function readAgain({ node, readAt, readFailures, timing, now }: Situation): Step {
  if (!node.bmc) return stay(null);
  const pause = Math.min(timing.poll * 2 ** Math.min(readFailures, 10), Math.max(timing.poll, 60_000));
  return now >= readAt + pause ? run({ kind: 'read' }) : stay(readAt + pause);
}
