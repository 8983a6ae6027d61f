/** Moves a node's power towards a wish, one confirmed step at a time (promises 8 and 9; facts: order and settle time). */

import type { PowerOp } from '../model/phase.ts';
import { readAgain, run, type Situation, type Step, stay } from './step.ts';

/**
 * The next step towards `wish`, or null when the last reading says that it holds.
 * Soft off first, hard off when the grace is over; a command is repeated only after a fresh reading contradicts it.
 */
export function powerTowards(wish: 'on' | 'off', s: Situation): Step | null {
  const { state } = s;
  if (state.bmc?.reachable === false || state.power === 'unknown') return readAgain(s);
  if (state.power === wish) return state.command?.op === 'soft-off' && wish === 'on' ? readAgain(s) : null;
  return wish === 'on' ? switchOn(s) : switchOff(s);
}

function switchOn(s: Situation): Step {
  const { command } = s.state;
  return command?.op === 'on' ? repeatLater('on', s) : freshly({ kind: 'power', op: 'on' }, s);
}

function switchOff(s: Situation): Step {
  const { state, policy, now } = s;
  const { command } = state;
  if (command?.op === 'off') return repeatLater('off', s);
  if (command?.op === 'soft-off') {
    const over = command.result === 'failed' || now >= command.at + policy.softOffGrace;
    return over ? freshly({ kind: 'power', op: 'off' }, s) : readAgain(s);
  }
  return freshly({ kind: 'power', op: policy.softOffGrace > 0 ? 'soft-off' : 'off' }, s);
}

/** The BMC took the command and the state has not changed: read on, and say it again only after a growing while. */
function repeatLater(op: PowerOp, s: Situation): Step {
  const { command } = s.state;
  if (!command) return readAgain(s);
  const patience = Math.min(s.timing.settle * 2 ** (command.tries - 1), 15 * 60_000);
  return s.now >= command.at + patience ? freshly({ kind: 'power', op }, s) : readAgain(s);
}

/** A power command leaves only right after a reading; an older one is read again first. */
function freshly(command: { kind: 'power'; op: PowerOp }, s: Situation): Step {
  const age = s.now - s.readAt;
  if (s.readFailures > 0) return readAgain(s);
  if (age <= s.timing.poll) return run(command);
  return s.readAt + s.timing.poll > s.now ? stay(s.readAt + s.timing.poll) : run({ kind: 'read' });
}
