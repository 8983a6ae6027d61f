import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Window } from '../../src/model/desired.ts';
import { openingOf } from '../../src/plan/windows.ts';
import { anyWindows, MINUTE, mayBeginByHand, windowsOf } from '../builders/any-window.ts';
import { aNode, aSite } from '../builders/node.ts';
import { destroying, fates, planOf, settled, statesOf } from './step.ts';

const HOUR = 3_600_000;

function aWindow(change: Partial<Window> = {}): Window {
  return {
    ...{ name: 'nights', schedule: '0 22 * * 1-5', timezone: 'Africa/Johannesburg', duration: 8 * HOUR },
    ...{ kind: 'allow', effects: ['install'], pools: null },
    ...change,
  };
}

const at = (text: string) => Date.parse(text);

function opening(window: Window, time: string): string {
  const { isOpen, until } = openingOf(window, at(time));
  return `${isOpen ? 'open' : 'closed'} until ${until === null ? 'ever' : new Date(until).toISOString()}`;
}

describe('when a window is open', () => {
  it.each([
    ['2026-11-27T19:59:59.999Z', 'closed until 2026-11-27T20:00:00.000Z'],
    ['2026-11-27T20:00:00.000Z', 'open until 2026-11-28T04:00:00.000Z'],
    ['2026-11-28T03:59:59.999Z', 'open until 2026-11-28T04:00:00.000Z'],
    ['2026-11-28T04:00:00.000Z', 'closed until 2026-11-30T20:00:00.000Z'],
  ])('at %s it is %s', (time, says) => {
    expect(opening(aWindow(), time)).toBe(says);
  });

  it('is looked up anew when the clock goes back', () => {
    const window = aWindow();
    expect(opening(window, '2026-11-27T20:00:00Z')).toContain('open');
    expect(opening(window, '2026-11-27T19:00:00Z')).toContain('closed');
    expect(opening(window, '2026-11-27T21:00:00Z')).toContain('open');
  });

  it('openings that overlap are one', () => {
    const window = aWindow({ schedule: '0 20,22 * * *', duration: 3 * HOUR, timezone: 'Etc/UTC' });
    expect(opening(window, '2026-11-27T20:30:00Z')).toBe('open until 2026-11-28T01:00:00.000Z');
  });

  it('one that is open again and again is open for as long as anyone looks ahead', () => {
    const always = aWindow({ schedule: '* * * * *', duration: HOUR });
    expect(opening(always, '2026-11-27T20:00:30Z')).toBe('open until 2026-11-27T21:05:00.000Z');
  });

  it.each([
    [
      'the night loses an hour: eight hours later it is 07:00',
      '2026-03-28T21:00:00Z',
      '2026-03-29T05:00:00.000Z',
    ],
    [
      'the night gains an hour: eight hours later it is 05:00',
      '2026-10-24T20:00:00Z',
      '2026-10-25T04:00:00.000Z',
    ],
  ])('summer time of Berlin: %s', (_what, start, end) => {
    const window = aWindow({ schedule: '0 22 * * *', timezone: 'Europe/Berlin' });
    expect(opening(window, new Date(at(start) - 1).toISOString())).toBe(
      `closed until ${new Date(at(start)).toISOString()}`,
    );
    expect(opening(window, start)).toBe(`open until ${end}`);
  });

  it.each([
    [
      'an hour that is skipped comes when the clock has jumped',
      '2026-03-28T12:00:00Z',
      '2026-03-29T01:00:00.000Z',
    ],
    ['an hour that comes twice counts the first time', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z'],
  ])('summer time of Berlin: %s', (_what, before, start) => {
    const window = aWindow({ schedule: '30 2 * * *', timezone: 'Europe/Berlin', duration: HOUR / 4 });
    expect(opening(window, before)).toBe(`closed until ${start}`);
    const second = new Date(at(start) + HOUR).toISOString();
    expect(opening(window, second)).toContain('closed');
  });
});

const FRIDAY = at('2026-11-27T12:00:00Z');
const NIGHT = at('2026-11-27T20:00:00Z');

/** A node of `sip` that is to be reinstalled, one of `hte` that is off, and one of `sip` with a new configuration. */
function fleet(windows: Window[]) {
  const site = aSite(
    [aNode('n1').profile('base', 2), aNode('n2').pool('hte'), aNode('n3').with({ configDigest: 'new' })],
    { policy: { windows }, timezone: 'Africa/Johannesburg' },
  );
  const states = statesOf(
    settled('n1').wants('base', 2),
    settled('n2').power('off'),
    settled('n3').with({ configDigest: 'config-base' }),
  );
  return { site, states };
}

/** What each node's action waits for. */
function said(windows: Window[], now: number): string[] {
  const { site, states } = fleet(windows);
  return planOf(site, states, now)
    .actions.filter(({ effect }) => effect !== 'none')
    .map(({ node, kind, hold }) => `${node} ${kind}: ${hold?.why ?? 'now'}`);
}

const FREE = ['n1 install: now', 'n2 power-on: now', 'n3 configure: now'];

describe('what windows keep back', () => {
  it('outside of them, with the name and the hour of the next one', () => {
    const all = aWindow({ effects: ['install', 'power', 'configure'] });
    expect(said([all], FRIDAY)).toEqual([
      'n1 install: outside its windows: "nights" opens 2026-11-27 22:00 GMT+2',
      'n2 power-on: outside its windows: "nights" opens 2026-11-27 22:00 GMT+2',
      'n3 configure: outside its windows: "nights" opens 2026-11-27 22:00 GMT+2',
    ]);
    expect(said([all], NIGHT)).toEqual(FREE);
  });

  it('nothing that no window speaks of, and no pool that it does not name', () => {
    expect(said([aWindow({ effects: ['power'], pools: ['sip'] })], FRIDAY)).toEqual(FREE);
    expect(said([], FRIDAY)).toEqual(FREE);
  });

  it('the next of several is named, and one that is open is enough', () => {
    const later = aWindow({ name: 'weekend', schedule: '0 8 * * 6' });
    const noon = aWindow({ name: 'noon', schedule: '0 14 * * *', duration: HOUR });
    expect(said([later, aWindow()], FRIDAY)[0]).toContain('"nights" opens 2026-11-27 22:00');
    expect(said([later, noon], FRIDAY)[0]).toBe('n1 install: now');
  });

  it('a window that denies is stronger than one that allows', () => {
    const deny = aWindow({ name: 'observing', kind: 'deny', schedule: '0 23 * * *', duration: 2 * HOUR });
    expect(said([aWindow(), deny], NIGHT)[0]).toBe('n1 install: now');
    expect(said([aWindow(), deny], NIGHT + HOUR)[0]).toBe(
      'n1 install: window "observing" keeps it back until 2026-11-28 01:00 GMT+2',
    );
    expect(said([aWindow(), deny], NIGHT + 3 * HOUR)[0]).toBe('n1 install: now');
  });

  it('says when it is to be looked at again', () => {
    const { site, states } = fleet([aWindow()]);
    expect(destroying(planOf(site, states, FRIDAY))[0]?.hold?.until).toBe(NIGHT);
  });

  it('the digest does not speak of them: what is approved in the morning holds for the night', () => {
    const { site, states } = fleet([aWindow()]);
    expect(planOf(site, states, FRIDAY).digest).toBe(planOf(site, states, NIGHT).digest);
  });

  it('a new attempt is a beginning; what the last one has switched is put right all the same', () => {
    const all = aWindow({ effects: ['install', 'power'] });
    const site = aSite([aNode('n1').profile('base', 2)], { policy: { windows: [all] } });
    const failed = settled('n1').wants('base', 2).attempt({ armed: false }).held().power('off');
    const plan = planOf(site, statesOf(failed), FRIDAY);
    expect(plan.actions.map(({ kind, hold }) => `${kind} ${hold?.guard ?? 'now'}`)).toEqual([
      'install window',
      'power-on now',
    ]);
  });

  it('a guard that needs a person is named first', () => {
    const site = aSite([aNode('n1').profile('base', 2)], { policy: { windows: [aWindow()] } });
    const many = settled('n1').wants('base', 2, { together: 12 });
    expect(fates(planOf(site, statesOf(many), FRIDAY))).toEqual(['n1 held by reinstalls-per-commit']);
  });
});

describe('promise 5: no install begins outside its windows', () => {
  it('for any windows, and a clock that moves anyhow', () => {
    const times = fc.array(fc.integer({ min: 0, max: 30 * 24 * 60 }), { minLength: 1, maxLength: 8 });
    const second = fc.integer({ min: 0, max: 59_999 });
    const seen = { now: 0, window: 0 };
    fc.assert(
      fc.property(fc.tuple(anyWindows, times, second), ([drawn, minutes, ms]) => {
        const { site, states } = fleet(windowsOf(drawn));
        for (const minute of minutes) {
          const now = FRIDAY + minute * MINUTE + ms;
          const fate = mayBeginByHand(drawn, now) ? 'now' : 'window';
          expect(destroying(planOf(site, states, now))[0]?.hold?.guard ?? 'now').toBe(fate);
          seen[fate] += 1;
        }
      }),
      { numRuns: 60 },
    );
    expect(Math.min(seen.now, seen.window)).toBeGreaterThan(0);
  });
});
