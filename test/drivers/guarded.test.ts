import { describe, expect, it } from 'vitest';
import { createGuards, type GuardOptions } from '../../src/drivers/guarded.ts';
import { type PowerDriver, PowerError, type PowerErrorKind } from '../../src/model/power.ts';
import { virtualClock } from './virtual-clock.ts';

interface FakeBmc extends PowerDriver {
  /** `<time> <command>` as they were begun. */
  log: string[];
  /** Kind of the next errors, one per command; none: it works. */
  errors: (PowerErrorKind | null)[];
  /** How long each command takes, ms. */
  takes: number;
  running: number;
}

function setup(options: Partial<GuardOptions> = {}) {
  const clock = virtualClock();
  const guards = createGuards({ clock, random: () => 0.5, ...options });

  function fake(): FakeBmc {
    async function command(name: string): Promise<void> {
      bmc.log.push(`${clock.now()} ${name}`);
      bmc.running += 1;
      if (bmc.takes > 0) await clock.sleep(bmc.takes);
      bmc.running -= 1;
      const kind = bmc.errors.shift();
      if (kind) throw new PowerError(kind, `the BMC fails as ${kind}`);
    }
    const bmc: FakeBmc = {
      log: [],
      errors: [],
      takes: 0,
      running: 0,
      readPower: async () => {
        await command('read');
        return 'on';
      },
      setPower: (op) => command(op),
      setNextBoot: (device) => command(device),
      describe: async () => {
        await command('describe');
        return 'a BMC';
      },
      close: async () => {},
    };
    return bmc;
  }
  return { clock, guards, fake };
}

/** Kind of the error, or `ok`. */
const kindOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: PowerError) => error.kind,
  );

describe('commands to one BMC', () => {
  it('go one at a time, with the gap between end and beginning', async () => {
    const { clock, guards, fake } = setup();
    const bmc = fake();
    bmc.takes = 100;
    const driver = guards.guard('a', bmc, 500);
    const all = Promise.all([driver.readPower(), driver.setPower('off'), driver.setNextBoot('pxe', 'uefi')]);
    await clock.pass(5000);
    await all;

    expect(bmc.log).toEqual(['0 read', '600 off', '1200 pxe']);
  });

  it('keep their turn over two drivers of one address', async () => {
    const { clock, guards, fake } = setup();
    const [old, fresh] = [fake(), fake()];
    old.takes = 100;
    const all = Promise.all([
      guards.guard('a', old, 500).readPower(),
      guards.guard('a', fresh, 500).readPower(),
    ]);
    await clock.pass(5000);
    await all;

    expect([...old.log, ...fresh.log]).toEqual(['0 read', '600 read']);
  });

  it('do not wait for other BMCs, up to the cap', async () => {
    const { clock, guards, fake } = setup({ concurrency: 2 });
    const bmcs = [fake(), fake(), fake()];
    for (const bmc of bmcs) bmc.takes = 100;
    const all = Promise.all(bmcs.map((bmc, n) => guards.guard(`${n}`, bmc, 0).readPower()));
    await clock.pass(1000);
    await all;

    expect(bmcs.map((bmc) => bmc.log)).toEqual([['0 read'], ['0 read'], ['100 read']]);
  });
});

describe('a failure', () => {
  it.each(['timeout', 'protocol'] as const)('of kind %s is worth one more read', async (kind) => {
    const { clock, guards, fake } = setup();
    const bmc = fake();
    bmc.errors = [kind];
    const read = guards.guard('a', bmc, 500).readPower();
    await clock.pass(1000);

    expect(await read).toBe('on');
    expect(bmc.log).toEqual(['0 read', '500 read']);
  });

  it.each(['timeout', 'protocol', 'unreachable', 'busy', 'auth'] as const)(
    'of kind %s never repeats a write',
    async (kind) => {
      const { clock, guards, fake } = setup();
      const bmc = fake();
      bmc.errors = [kind];
      const write = kindOf(guards.guard('a', bmc, 500).setPower('on'));
      await clock.pass(100_000);

      expect(await write).toBe(kind);
      expect(bmc.log).toEqual(['0 on']);
    },
  );

  it.each([
    ['busy', 60_000],
    ['not-ready', 10_000],
  ] as const)('of kind %s leaves the BMC alone for %i ms', async (kind, rest) => {
    const { clock, guards, fake } = setup();
    const bmc = fake();
    bmc.errors = [kind];
    const driver = guards.guard('a', bmc, 0);

    expect(await kindOf(driver.readPower())).toBe(kind);
    await clock.pass(rest - 1);
    expect(await kindOf(driver.readPower())).toBe(kind);
    expect(await kindOf(driver.setPower('on'))).toBe(kind);
    await clock.pass(1);
    expect(await kindOf(driver.readPower())).toBe('ok');
    expect(bmc.log).toEqual(['0 read', `${rest} read`]);
  });
});

describe('the circuit breaker', () => {
  async function tripped(options?: Partial<GuardOptions>) {
    const parts = setup(options);
    const bmc = parts.fake();
    const driver = parts.guards.guard('a', bmc, 0);
    bmc.errors = ['unreachable', 'unreachable', 'unreachable'];
    for (let n = 0; n < 3; n++) await kindOf(driver.readPower());
    bmc.log.length = 0;
    return { ...parts, bmc, driver };
  }

  it('opens after three unanswered commands in a row, and says until when', async () => {
    const { bmc, driver } = await tripped();

    expect(driver.state()).toEqual({ breaker: 'open', failures: 3, until: 10_000 });
    await expect(driver.readPower()).rejects.toThrow('the BMC fails as unreachable; asked again in 10 s');
    await expect(driver.setPower('on')).rejects.toMatchObject({ kind: 'unreachable' });
    expect(bmc.log).toEqual([]);
  });

  it('stays closed when answers come between', async () => {
    const { guards, fake } = setup();
    const bmc = fake();
    const driver = guards.guard('a', bmc, 0);
    bmc.errors = ['unreachable', 'unreachable', null, 'unreachable', 'unreachable', 'auth', 'unreachable'];
    for (let n = 0; n < 7; n++) await kindOf(driver.readPower());

    expect(driver.state()).toEqual({ breaker: 'closed', failures: 1, until: null });
  });

  it('rests twice as long each time, 15 minutes at most', async () => {
    const { clock, bmc, driver } = await tripped();
    const rests: number[] = [];
    for (let n = 0; n < 9; n++) {
      const rest = (driver.state().until ?? 0) - clock.now();
      rests.push(rest / 1000);
      await clock.pass(rest);
      expect(driver.state().breaker).toBe('half-open');
      bmc.errors = ['unreachable'];
      await kindOf(driver.readPower());
    }

    expect(rests).toEqual([10, 20, 40, 80, 160, 320, 640, 900, 900]);
  });

  it('spreads the rests', async () => {
    const early = await tripped({ random: () => 0 });
    const late = await tripped({ random: () => 1 });

    expect(early.driver.state().until).toBe(9_000);
    expect(late.driver.state().until).toBeCloseTo(11_000);
  });

  it('closes when a read is answered after the rest', async () => {
    const { clock, driver } = await tripped();
    await clock.pass(10_000);
    await driver.readPower();

    expect(driver.state()).toEqual({ breaker: 'closed', failures: 0, until: null });
  });

  it('promise 9: lets a write through only after a read was answered', async () => {
    const { clock, bmc, driver } = await tripped();
    await clock.pass(10_000);
    bmc.errors = ['unreachable'];
    expect(await kindOf(driver.setPower('on'))).toBe('unreachable');
    expect(bmc.log).toEqual(['10000 read']);

    await clock.pass(20_000);
    expect(await kindOf(driver.setPower('on'))).toBe('ok');
    expect(bmc.log).toEqual(['10000 read', '30000 read', '30000 on']);
  });
});
