/** `booting`: off → confirmed → boot=pxe → on → confirmed → boot script fetched → answers fetched. */

import type { Rung } from '../model/event.ts';
import { nextRung } from '../model/rung.ts';
import { failAttempt } from './attempts.ts';
import { powerTowards } from './power-steps.ts';
import { entered } from './say.ts';
import { readAgain, record, run, type Situation, type Step, stay } from './step.ts';

export function booting(s: Situation): Step {
  const { state, now, timing, timeouts } = s;
  const { attempt } = state;
  if (!attempt) return record(entered(s, 'settled', '', null));
  if (attempt.answersAt !== null) {
    return record(
      entered(
        s,
        'installing',
        'the installer to report that it is done',
        attempt.answersAt + timeouts.install,
      ),
    );
  }
  if (state.deadline !== null && now >= state.deadline) return failAttempt(s, why(s), rung(s));

  const step = climb(s);
  const { deadline } = state;
  return step.command || step.events ? step : { wakeAt: earlier(step.wakeAt, deadline) };

  function climb(s: Situation): Step {
    if (!attempt || attempt.confirmedOnAt !== null) return stay(null);
    if (attempt.confirmedOffAt === null) return powerTowards('off', s) ?? readAgain(s);
    const flagsAge = attempt.nextBootSetAt === null ? Number.POSITIVE_INFINITY : now - attempt.nextBootSetAt;
    const poweringOn = state.command?.op === 'on' && now < state.command.at + timing.settle;
    if (flagsAge > timing.nextBootValid && !poweringOn) return setNextBoot(s);
    return powerTowards('on', s) ?? readAgain(s);
  }
}

/** Sets the boot device while the node is off; after a failure not before the next poll. */
function setNextBoot(s: Situation): Step {
  const { command } = s.state;
  if (s.state.bmc?.reachable === false) return readAgain(s);
  const last = command?.op === 'next-boot-pxe' ? command.at : 0;
  return s.now >= last + s.timing.poll ? run({ kind: 'next-boot' }) : stay(last + s.timing.poll);
}

const WHY: Partial<Record<Rung, string>> = {
  'power-off': 'the machine did not go off',
  'boot-device': 'the BMC did not take the boot device',
  'power-on': 'the machine did not go on',
  'boot-script': 'the machine was on, but never fetched its boot script (boot order, cabling, DHCP?)',
  answers: 'the boot script was fetched, but the installer never fetched its answers',
};

function rung({ state }: Situation): Rung {
  return state.attempt ? nextRung(state.attempt) : 'power-off';
}

function why(s: Situation): string {
  const said = WHY[rung(s)] ?? 'the deadline passed';
  return s.state.bmc?.reachable === false
    ? `${said}; its BMC does not answer (${s.state.bmc.message})`
    : said;
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
