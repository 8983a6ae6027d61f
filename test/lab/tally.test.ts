import { describe, expect, it } from 'vitest';
import type { Happening } from '../../src/lab/history.ts';
import { happeningLine, stateLine } from '../../src/lab/tally.ts';
import { aDisk, aMachine, MINUTE } from './a-machine.ts';

describe('the tally of a rack', () => {
  it('counts machines by what they do', async () => {
    const first = aMachine({ disk: aDisk() });
    const second = aMachine();
    for (const { machine, clock } of [first, second]) {
      machine.control('on');
      await clock.advance(MINUTE);
    }
    const machines = [first.machine, second.machine, aMachine().machine];
    expect(stateLine(machines)).toBe('3 machines: 1 off, 1 running, 1 without a boot device');
    expect(stateLine([first.machine])).toBe('1 machine: 1 running');
  });

  it.each<[Happening, string]>([
    [{ kind: 'state', state: 'prompt', why: 'line 2 failed: boot' }, 'n1: at a prompt (line 2 failed: boot)'],
    [{ kind: 'power', command: 'reset', effect: 'refused' }, 'n1: power command reset, refused'],
    [{ kind: 'boot-script', status: null, answer: 'none' }, 'n1: boot script: none (no answer)'],
    [{ kind: 'boot-script', status: 200, answer: 'installer' }, 'n1: boot script: installer'],
    [{ kind: 'answers', status: 410 }, 'n1: answer file not had (410)'],
    [{ kind: 'wipe', installId: 'b', lost: 'a' }, 'n1: disk wiped for install b, which loses a'],
    [{ kind: 'installed', installId: 'b' }, 'n1: installed, install b'],
    [{ kind: 'fault', fault: 'boot-flag-ignored' }, 'n1: fault boot-flag-ignored'],
  ])('says %j', (happening, line) => {
    expect(happeningLine('n1', { ...happening, at: 0 })).toBe(line);
  });
});
