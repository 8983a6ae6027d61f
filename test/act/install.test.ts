import { describe, expect, it } from 'vitest';
import { aNode } from '../builders/node.ts';
import { aState } from '../builders/state.ts';
import { aBench, aMachine, type Bench } from './harness.ts';

/** Everything the machine does when all goes well. */
async function goWell(bench: Bench): Promise<void> {
  await bench.until(({ attempt }) => attempt?.confirmedOnAt !== null && attempt !== null);
  await bench.evidence.script();
  await bench.evidence.answers();
  await bench.pass(10_000);
  await bench.evidence.progress('partitioning');
  await bench.evidence.completed();
  await bench.pass(10_000);
  await bench.evidence.report();
}

describe('an install when all goes well', () => {
  it('takes each step only after its evidence, and sends each power command once', async () => {
    const bench = aBench();
    await goWell(bench);
    expect(bench.machine.calls).toEqual([
      '0s read',
      '0s soft-off',
      '2s read',
      '4s read',
      '6s read',
      '6s next-boot pxe',
      '6s on',
      '8s read',
    ]);
    expect(bench.phases()).toEqual([
      'arming',
      'booting',
      'installing',
      'restarting',
      'configuring',
      'settled',
    ]);
    expect(bench.now()).toMatchObject({
      phase: 'settled',
      want: null,
      attempt: null,
      attemptsUsed: 0,
      command: null,
      record: { profile: 'base', generation: 2 },
      waitingFor: '',
    });
  });

  it('promise 8: every intent stands in the journal before its command, and every result after it', async () => {
    const bench = aBench();
    await goWell(bench);
    const power = bench.log.flatMap((event) =>
      event.reason === 'PowerIntent' || event.reason === 'PowerResult'
        ? [`${event.reason} ${event.data.op}`]
        : [],
    );
    expect(power).toEqual([
      'PowerIntent soft-off',
      'PowerResult soft-off',
      'PowerIntent next-boot-pxe',
      'PowerResult next-boot-pxe',
      'PowerIntent on',
      'PowerResult on',
    ]);
  });

  it('promise 6: network boot is armed from the attempt to completion, and not a step longer', async () => {
    const bench = aBench();
    const armed: string[] = [];
    bench.journal.subscribe(() => {
      const { phase, attempt } = bench.now();
      const entry = `${phase} ${attempt?.armed ?? false}`;
      if (armed.at(-1) !== entry) armed.push(entry);
    });
    await goWell(bench);
    expect(armed).toEqual([
      'arming true',
      'booting true',
      'installing true',
      'restarting false',
      'configuring false',
      'settled false',
    ]);
  });

  it('a machine that is off already is confirmed off, and not told so', async () => {
    const bench = aBench({ machine: aMachine({ power: 'off' }), state: wanting().power('off') });
    await bench.pass(1_000);
    expect(bench.machine.calls).toEqual(['0s read', '0s next-boot pxe', '0s on']);
  });

  it('a machine that somebody switches on before the boot device is set goes off once more', async () => {
    const bench = aBench({ machine: aMachine({ power: 'off' }), state: wanting().power('off') });
    bench.machine.fails = 'busy';
    await bench.pass(0);
    bench.machine.fails = null;
    await bench.say('PowerObserved', { state: 'off', previous: 'unknown' });
    expect(bench.now().attempt?.confirmedOffAt).not.toBeNull();
    bench.machine.power = 'on';
    await bench.pass(20_000);
    expect(bench.commands().map((call) => call.split(' ')[1])).toEqual(['soft-off', 'next-boot', 'on']);
  });
});

describe('promise 8: no power command is repeated blindly', () => {
  it('a soft-off that is not heard becomes a hard one when its grace is over', async () => {
    const bench = aBench({ machine: aMachine({ ignores: new Set(['soft-off']) }) });
    await bench.pass(70_000);
    expect(bench.commands()).toEqual(['0s soft-off', '60s off', '62s next-boot pxe', '62s on']);
  });

  it('without a grace the power goes off at once', async () => {
    const bench = aBench({ policy: { policy: { softOffGrace: 0 } } });
    await bench.pass(5_000);
    expect(bench.commands()[0]).toBe('0s off');
  });

  it('a command that the BMC accepts and forgets is repeated after the settle time, which doubles', async () => {
    const bench = aBench({
      policy: {
        policy: { softOffGrace: 0, deadlines: { arming: 30_000, booting: 300_000, restarting: 600_000 } },
      },
      machine: aMachine({ ignores: new Set(['off']) }),
    });
    await bench.pass(290_000);
    expect(bench.commands()).toEqual(['0s off', '16s off', '46s off', '106s off', '226s off']);
  });

  it('every repeated command follows a reading that is younger than the one before', async () => {
    const bench = aBench({ machine: aMachine({ ignores: new Set(['off', 'soft-off', 'on']) }) });
    await bench.pass(900_000);
    expectReadingsBetween(bench.machine.calls);
  });

  it('a boot flag older than 45 s is set again before the machine goes on', async () => {
    const bench = aBench({
      machine: aMachine({ power: 'off', ignores: new Set(['on']) }),
      state: wanting().power('off'),
    });
    await bench.pass(100_000);
    expect(bench.commands().slice(0, 5)).toEqual([
      '0s next-boot pxe',
      '0s on',
      '16s on',
      '46s next-boot pxe',
      '46s on',
    ]);
    const flags = bench.commands().filter((call) => call.includes('next-boot'));
    expect(flags.length).toBeGreaterThan(1);
  });

  it('a machine that has fetched its boot script is on, whatever its BMC says', async () => {
    const bench = aBench({
      machine: aMachine({ power: 'off', ignores: new Set(['on']) }),
      state: wanting().power('off'),
    });
    await bench.pass(5_000);
    await bench.evidence.script();
    const before = bench.commands().length;
    await bench.pass(200_000);
    expect(bench.commands().length).toBe(before);
  });

  it('a boot device that does not stick is set again after a growing while', async () => {
    const bench = aBench({ machine: aMachine({ power: 'off' }), state: wanting().power('off') });
    await bench.observer.read('n1');
    bench.machine.calls.length = 0;
    const { machine } = bench;
    let next = 0;
    // The BMC reads well, but refuses the boot device.
    Object.defineProperty(machine, 'fails', {
      get: () => (machine.calls.at(-1)?.includes('next-boot') ? 'not-confirmed' : null),
    });
    await bench.pass(120_000);
    const times = bench.commands().map((call) => Number.parseFloat(call));
    for (const at of times) {
      expect(at - next).toBeGreaterThanOrEqual(0);
      next = at;
    }
    expect(times.length).toBeLessThan(9);
    expect(bench.commands().some((call) => call.endsWith('on'))).toBe(false);
  });

  it('a soft-off of last week does not make the next one hard', async () => {
    const node = aNode('n1');
    const bench = aBench({
      node,
      state: aState('n1').installed('base').settled().power('on'),
      machine: aMachine({ ignores: new Set(['soft-off']) }),
    });
    await bench.commit(node.power('off'));
    await bench.pass(10_000);
    await bench.commit(node);
    await bench.pass((7 * 86_400_000) / 100);
    await bench.commit(node.power('off'));
    await bench.pass(1_000);
    expect(bench.commands().map((call) => call.split(' ')[1])).toEqual(['soft-off', 'soft-off']);
  });
});

describe('promise 9: unknown is a value', () => {
  it.each(['unreachable', 'auth', 'timeout'] as const)(
    'no power command while the BMC says %s; readings back off',
    async (kind) => {
      const bench = aBench({ machine: aMachine({ fails: kind }), state: wanting().power('on') });
      await bench.pass(290_000);
      expect(bench.commands()).toEqual([]);
      expect(bench.machine.calls.length).toBeLessThan(16);
      expect(bench.now().power).toBe('unknown');
    },
  );

  it('an attempt whose BMC falls silent fails, says so, and the next one waits for the BMC', async () => {
    const bench = aBench();
    await bench.pass(0);
    bench.machine.fails = 'unreachable';
    await bench.pass(3_600_000);
    const failed = bench.log.filter(({ reason }) => reason === 'AttemptFailed');
    expect(failed.map(({ message }) => message)).toEqual([
      'attempt 1 of 3 failed: the machine did not go off; its BMC does not answer (the BMC says: unreachable)',
    ]);
    expect(bench.now()).toMatchObject({ phase: 'held', attemptsUsed: 1 });
    expect(bench.now().waitingFor).toContain('its BMC does not answer');
    bench.machine.fails = null;
    await bench.until(({ attempt }) => attempt?.n === 2 && attempt.confirmedOnAt !== null);
  });

  it('a BMC taken out of the inventory in the middle leaves the node waiting, without a spin', async () => {
    const bench = aBench();
    await bench.pass(0);
    await bench.commit(aNode('n1').profile('base', 2).bmc(null));
    await bench.pass(400_000);
    expect(bench.now()).toMatchObject({ phase: 'held' });
    expect(bench.now().waitingFor).toContain('no BMC');
  });
});

function wanting() {
  return aState('n1').installed('base').settled().wants('base', 2);
}

/** Between two commands that would change the power there is a reading. */
function expectReadingsBetween(calls: readonly string[]): void {
  let read = true;
  for (const call of calls) {
    const what = call.split(' ')[1];
    if (what === 'read') read = true;
    else if (what !== 'next-boot') {
      expect(read, `a reading before ${call}`).toBe(true);
      read = false;
    }
  }
}
