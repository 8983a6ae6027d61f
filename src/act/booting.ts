/** `booting`: off → confirmed → boot=pxe → on → confirmed → boot script fetched → answers fetched. */

import type { Rung } from '../model/event.ts';
import { nextRung } from '../model/rung.ts';
import { failAttempt, letGo } from './attempts.ts';
import { freshly, powerTowards } from './power-steps.ts';
import { entered } from './say.ts';
import { readAgain, record, type Situation, type Step, stay, within } from './step.ts';

export function booting(s: Situation): Step {
  const { state, now, timing, timeouts } = s;
  const { attempt } = state;
  const over = letGo(s);
  if (over) return over;
  if (attempt && attempt.answersAt !== null) {
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

  return within(state.deadline, climb(s));

  function climb(s: Situation): Step {
    if (!attempt || attempt.confirmedOnAt !== null || attempt.scriptAt !== null) return stay(null);
    // Switched on by somebody before the boot device was set: it would boot its disk, so it goes off once more.
    const tooSoon = attempt.nextBootSetAt === null && state.power === 'on';
    if (attempt.confirmedOffAt === null || tooSoon) return powerTowards('off', s) ?? readAgain(s);
    const flagsAge = attempt.nextBootSetAt === null ? Number.POSITIVE_INFINITY : now - attempt.nextBootSetAt;
    const poweringOn = state.command?.op === 'on' && now < state.command.at + timing.settle;
    if (flagsAge > timing.nextBootValid && state.power === 'off' && !poweringOn) return setNextBoot(s);
    return powerTowards('on', s) ?? readAgain(s);
  }
}

/** Sets the boot device while the node is off; after a failure only after a growing while (to 1 min). */
function setNextBoot(s: Situation): Step {
  const { command } = s.state;
  if (s.state.bmc?.reachable === false) return readAgain(s);
  const failed = command?.op === 'next-boot-pxe' && command.result !== 'accepted' ? command : null;
  const pause = failed ? Math.min(s.timing.poll * 2 ** (failed.tries - 1), 60_000) : 0;
  const from = failed ? failed.at + pause : 0;
  return s.now >= from ? freshly({ kind: 'next-boot' }, s) : stay(from);
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
