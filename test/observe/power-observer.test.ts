import { expect, it } from 'vitest';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { PowerError } from '../../src/model/power.ts';
import { createPowerObserver } from '../../src/observe/power-observer.ts';
import { sweepOnce } from '../../src/observe/sweep.ts';
import { T0 } from '../builders/commit.ts';
import { aState, type StateBuilder } from '../builders/state.ts';

function anObserver(state: StateBuilder) {
  const time = { now: T0 };
  const answers: { next: 'on' | 'off' | PowerError | Error } = { next: 'on' };
  const journal = openMemoryJournal({ clock: () => time.now, states: [state.build()] });
  const driver = {
    async readPower() {
      if (answers.next instanceof Error) throw answers.next;
      return answers.next;
    },
    setPower: async () => {},
    setNextBoot: async () => {},
    describe: async () => '',
    close: async () => {},
  };
  const drivers: { one: typeof driver | null } = { one: driver };
  const observer = createPowerObserver({ journal, driverFor: () => drivers.one, clock: () => time.now });
  return {
    time,
    answers,
    drivers,
    journal,
    observer,
    reasons: () => journal.read({}).map(({ reason }) => reason),
  };
}

it('journals what changes what is known, and nothing else', async () => {
  const { observer, answers, reasons } = anObserver(aState('n1'));
  for (const next of ['on', 'on', 'on', 'off', 'off'] as const) {
    answers.next = next;
    await observer.read('n1');
  }
  expect(reasons()).toEqual(['PowerObserved', 'PowerObserved']);
});

it('promise 9: an unanswered BMC leaves the state unknown; said once, and once when it is back', async () => {
  const { observer, answers, reasons, journal, time } = anObserver(aState('n1').power('on'));
  answers.next = new PowerError('unreachable', 'no answer');
  for (let i = 0; i < 3; i++) {
    time.now += 1_000;
    await observer.read('n1');
  }
  expect(journal.state('n1')).toMatchObject({
    power: 'unknown',
    bmc: { reachable: false, since: T0 + 1_000 },
  });
  expect(observer.lastReading('n1')).toEqual({ at: T0 + 3_000, failures: 3 });
  answers.next = 'on';
  await observer.read('n1');
  expect(reasons()).toEqual(['BmcUnreachable', 'BmcReachable', 'PowerObserved']);
  expect(observer.lastReading('n1').failures).toBe(0);
});

it('a reading that confirms a command is journaled, even when the state is as it was', async () => {
  const { observer, answers, journal } = anObserver(aState('n1').power('off').command('off'));
  answers.next = 'off';
  await observer.read('n1');
  expect(journal.state('n1')?.command).toBeNull();
});

it('a defect of a driver is not taken for an answer of a BMC', async () => {
  const { observer, answers, reasons } = anObserver(aState('n1').power('on'));
  answers.next = new TypeError('oops');
  await expect(observer.read('n1')).rejects.toThrow('oops');
  expect(reasons()).toEqual([]);
});

it('a node without a BMC counts as unanswered, so that nobody asks it in a circle', async () => {
  const { observer, drivers, reasons } = anObserver(aState('n1'));
  drivers.one = null;
  await observer.read('n1');
  expect(observer.lastReading('n1')).toEqual({ at: T0, failures: 1 });
  expect(reasons()).toEqual([]);
});

it('a sweep asks every node once, so many at a time, and stops when told to', async () => {
  const asked: string[] = [];
  let most = 0;
  let now = 0;
  const stop = new AbortController();
  const read = async (node: string) => {
    most = Math.max(most, ++now);
    asked.push(node);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
  };
  const names = Array.from({ length: 50 }, (_, i) => `n${i}`);
  await sweepOnce({ nodes: () => names, read }, 7, stop.signal);
  expect([...asked].sort()).toEqual([...names].sort());
  expect(most).toBe(7);
  stop.abort();
  await sweepOnce({ nodes: () => names, read }, 7, stop.signal);
  expect(asked).toHaveLength(50);
});
