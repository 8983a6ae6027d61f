/** Moves a node's power towards a wish, one confirmed step at a time (promises 8 and 9; facts: order and settle time). */

import type { NodeState } from '../model/node-state.ts';
import type { PowerOp } from '../model/phase.ts';
import { type Command, readAgain, run, type Situation, type Step, stay } from './step.ts';

/** A command this old says nothing of what the machine is doing now; it is begun anew, softly. */
const FORGOTTEN = 30 * 60_000;

/**
 * The next step towards `wish`, or null when the last reading says that it holds.
 * Soft off first, hard off when the grace is over; a command is repeated only after a fresh reading contradicts it.
 */
export function powerTowards(wish: 'on' | 'off', s: Situation): Step | null {
  const { state } = s;
  if (state.bmc?.reachable === false || state.power === 'unknown') return readAgain(s);
  if (state.power === wish) return underWay(s)?.op === 'soft-off' && wish === 'on' ? readAgain(s) : null;
  return wish === 'on' ? switchOn(s) : switchOff(s);
}

function switchOn(s: Situation): Step {
  const command = underWay(s);
  return command?.op === 'on' ? repeatLater(command, 'on', s) : freshly({ kind: 'power', op: 'on' }, s);
}

function switchOff(s: Situation): Step {
  const { policy, now } = s;
  const command = underWay(s);
  if (command?.op === 'off') return repeatLater(command, 'off', s);
  if (command?.op === 'soft-off') {
    const over = command.result === 'failed' || now >= command.at + policy.softOffGrace;
    return over ? freshly({ kind: 'power', op: 'off' }, s) : readAgain(s);
  }
  return freshly({ kind: 'power', op: policy.softOffGrace > 0 ? 'soft-off' : 'off' }, s);
}

/** The BMC took the command and the state has not changed: read on, and say it again only after a growing while. */
function repeatLater(command: PendingCommand, op: PowerOp, s: Situation): Step {
  const patience = Math.min(s.timing.settle * 2 ** (command.tries - 1), 15 * 60_000);
  return s.now >= command.at + patience ? freshly({ kind: 'power', op }, s) : readAgain(s);
}

type PendingCommand = NonNullable<NodeState['command']>;

/** The last command whose effect is still to come. */
function underWay({ state, now }: Situation): PendingCommand | null {
  const { command } = state;
  return command && now < command.at + FORGOTTEN ? command : null;
}

/** A command leaves only right after a reading that is younger than the last power command; else it is read again first. */
export function freshly(command: Command, s: Situation): Step {
  const age = s.now - s.readAt;
  const last = s.state.command;
  if (s.readFailures > 0) return readAgain(s);
  if (last && last.op !== 'next-boot-pxe' && s.readAt <= last.at) return readAgain(s);
  if (!s.node.bmc) return stay(null);
  if (age <= s.timing.poll) return run(command);
  return s.readAt + s.timing.poll > s.now ? stay(s.readAt + s.timing.poll) : run({ kind: 'read' });
}
