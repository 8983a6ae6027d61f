import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveriesOf } from '../../src/ledger/deliveries.ts';
import { historyOf } from '../../src/ledger/history.ts';
import { figuresOf, makeReport } from '../../src/ledger/report.ts';
import { spreadOf } from '../../src/ledger/spread.ts';
import type { Figures } from '../../src/model/ledger.ts';
import { aFortnight, aTale, HOUR, MONDAY, poolOf } from './a-history.ts';

const DAY = 24 * HOUR;
const FORTNIGHT = { since: MONDAY, until: MONDAY + 14 * DAY, pool: null, by: null };

/** In hours. */
function hours(ms: number | null): number | null {
  return ms === null ? null : ms / HOUR;
}

describe('the figures of a fortnight, worked out by hand', () => {
  // c1  made at hour 0, in force at 1:   n1 settles at 2, n2 at 5 with its second attempt.  Lead time 5 - 0 = 5 h.
  // c2  made at 10, in force at 12:      n3 stuck at 13, settles at 23.                     Lead time 23 - 10 = 13 h. Failed.
  // c3  made at 24, in force at 24:      touches no machine.                                No change.
  // c4  made at 169, in force at 170:    n1 configured at 171; n2 stuck at 171, well at 175. Lead time 175 - 169 = 6 h. Failed.
  // c5  made at 180, in force at 180:    n3 wanted, taken back at 181.                      A change, no deployment.
  // c6  made at 190, in force at 191:    n1 settles at 192, n2 waits still.                 A deployment, unfinished.
  const report = makeReport(historyOf(aFortnight()), FORTNIGHT, poolOf);
  const { all } = report;

  it('deployment frequency: c1, c2, c4 and c6 in two weeks', () => {
    expect([all.changes, all.deployments, all.deploymentsPerWeek]).toEqual([5, 4, 2]);
  });

  it('lead time: 5, 6 and 13 h', () => {
    const { count, mean, median, p90 } = all.leadTime;
    // (5 + 6 + 13) / 3 = 8; the second of three; rank ceil(3 × 0.9) = 3.
    expect([count, hours(mean), hours(median), hours(p90)]).toEqual([3, 8, 6, 13]);
    expect(all.unfinished).toBe(1);
  });

  it('change failure rate: c2 and c4 of five', () => {
    expect([all.failedChanges, all.changeFailureRate]).toEqual([2, 0.4]);
  });

  it('time to recovery: n3 for 10 h, n2 for 4 h', () => {
    const { count, mean, median, p90 } = all.recovery;
    expect([count, hours(mean), hours(median), hours(p90)]).toEqual([2, 7, 4, 10]);
    expect(all.stuck).toBe(0);
  });

  it('installs: 1, 2, 3 and 1 h, and one attempt failed before each of two', () => {
    const { count, mean, median, p90 } = all.install;
    // (1 + 1 + 2 + 3) / 4 = 1.75; rank ceil(4 × 0.5) = 2; rank ceil(4 × 0.9) = 4.
    expect([count, hours(mean), hours(median), hours(p90)]).toEqual([4, 1.75, 1, 3]);
    expect([all.installs, all.failedAttempts, all.configured]).toEqual([4, 2, 2]);
  });

  it('install times by profile and by hardware', () => {
    const said = (groups: typeof report.profiles) =>
      groups.map(({ name, figures }) => [name, figures.count, hours(figures.median), hours(figures.p90)]);
    expect(said(report.profiles)).toEqual([
      ['ceph', 1, 3, 3],
      ['docker', 3, 1, 2],
    ]);
    // n2 never said what it is.
    expect(said(report.hardware)).toEqual([
      ['Dell R650', 2, 1, 1],
      ['HPE DL360', 1, 3, 3],
      ['unknown', 1, 2, 2],
    ]);
  });

  it('by pool: each with its own machines only', () => {
    const { groups } = makeReport(historyOf(aFortnight()), { ...FORTNIGHT, by: 'pool' }, poolOf);
    const said = groups.map(({ name, figures }) => [
      ...[name, figures.changes, figures.deployments, figures.changeFailureRate],
      ...[hours(figures.leadTime.median), hours(figures.recovery.mean), figures.installs],
    ]);
    expect(said).toEqual([
      // c2 (13 h, failed), and c5 that was taken back.
      ['hte', 2, 1, 0.5, 13, 10, 1],
      // c1 (5 h), c4 (6 h, failed), c6 (unfinished): the first of two by nearest rank.
      ['sip', 3, 3, 1 / 3, 5, 4, 3],
    ]);
    const sip = makeReport(historyOf(aFortnight()), { ...FORTNIGHT, pool: 'sip' }, poolOf);
    expect(sip.all).toEqual(groups[1]?.figures);
    expect(sip.profiles.map(({ name }) => name)).toEqual(['docker']);
  });

  it('by week: from Monday to Monday, the first and the last cut where the period is', () => {
    const period = { since: MONDAY + 2 * HOUR, until: MONDAY + 14 * DAY, pool: null, by: 'week' } as const;
    const { groups } = makeReport(historyOf(aFortnight()), period, poolOf);
    // c1 came into force before the period; its installs ended within it.
    expect(groups.map(({ name, figures }) => [name, figures.deployments, figures.installs])).toEqual([
      ['2026-06-01', 1, 3],
      ['2026-06-08', 2, 1],
    ]);
    const long = makeReport(historyOf(aFortnight()), { ...period, since: 0 }, poolOf);
    expect(long.groups.map(({ name }) => name)).toEqual(['2026-06-01', '2026-06-08']);
  });

  it('nothing happened: no rate is made of nothing', () => {
    const none = makeReport(historyOf([]), { ...FORTNIGHT, by: 'week' }, poolOf);
    expect(none.all).toMatchObject({ changes: 0, deploymentsPerWeek: 0, changeFailureRate: null });
    expect(none.all.leadTime).toEqual({ count: 0, mean: null, median: null, p90: null });
    expect(none.groups).toEqual([]);
  });
});

it('a machine that is stuck still counts since when it is, and is no recovery', () => {
  const tale = aTale();
  tale.accepted(1, 'c1', 0);
  tale.stuck(2, 'n1', 'c1');
  tale.stuck(3, 'n1', 'c1');
  tale.stuck(3, 'n2', 'c1');
  tale.say(4, 'n2', 'NodeReleased', {});
  const { all } = makeReport(historyOf(tale.events), FORTNIGHT, poolOf);
  expect(all).toMatchObject({ changes: 1, deployments: 0, changeFailureRate: 1, stuck: 1 });
  expect(all.recovery.count).toBe(0);
});

it('of journals that kept the ends of installs only, what they tell is counted', () => {
  const ends = aFortnight().filter(
    ({ reason }) => reason === 'InstallSettled' || reason === 'CommitAccepted',
  );
  const { all } = makeReport(historyOf(ends), FORTNIGHT, poolOf);
  // The beginnings of n2's and n3's installs are gone, and with them what failed; c4 and c5 left no trace.
  expect(all).toMatchObject({ changes: 3, deployments: 3, failedChanges: 0, installs: 4, failedAttempts: 0 });
});

const anyTale = fc
  .array(
    fc.record({
      hour: fc.nat({ max: 500 }),
      node: fc.constantFrom('n1', 'n2', 'n3'),
      commit: fc.constantFrom('c1', 'c2', 'c3'),
      what: fc.constantFrom(
        'accepted',
        'wanted',
        'started',
        'failed',
        'stuck',
        'settled',
        'configured',
        'dropped',
      ),
    }),
    { maxLength: 40 },
  )
  .map((steps) => {
    const tale = aTale();
    for (const { hour, node, commit, what } of steps.sort((a, b) => a.hour - b.hour)) {
      if (what === 'accepted') tale.accepted(hour, commit, hour - 1);
      else if (what === 'wanted') tale.wanted(hour, node, commit);
      else if (what === 'started') tale.started(hour, node, commit);
      else if (what === 'failed') tale.failed(hour, node);
      else if (what === 'stuck') tale.stuck(hour, node, commit);
      else if (what === 'settled') tale.settled(hour, node, commit, 1);
      else if (what === 'configured') tale.configured(hour, node, commit);
      else tale.say(hour, node, 'InstallUnwanted', { why: '' });
    }
    return tale.events;
  });

const SUMS = [
  ...(['changes', 'deployments', 'failedChanges', 'unfinished', 'stuck'] as const),
  ...(['installs', 'failedAttempts', 'configured'] as const),
];

function countsOf(figures: Figures): number[] {
  const { leadTime, recovery, install } = figures;
  return [...SUMS.map((name) => figures[name]), leadTime.count, recovery.count, install.count];
}

function sum(lists: readonly number[][]): number[] {
  return (lists[0] ?? []).map((_, i) => lists.reduce((total, list) => total + (list[i] ?? 0), 0));
}

describe('properties', () => {
  it('periods side by side add up to the period that they make together', () => {
    fc.assert(
      fc.property(anyTale, fc.tuple(fc.nat(500), fc.nat(500), fc.nat(500)), (events, cuts) => {
        const [a = 0, b = 0, c = 0] = cuts.sort((x, y) => x - y).map((hour) => MONDAY + hour * HOUR);
        const all = deliveriesOf(historyOf(events), poolOf);
        const parts = [figuresOf(all, a, b), figuresOf(all, b, c)].map(countsOf);
        expect(sum(parts)).toEqual(countsOf(figuresOf(all, a, c)));
      }),
    );
  });

  it('days and weeks add up to the period; pools and profiles to the installs and recoveries', () => {
    fc.assert(
      fc.property(anyTale, (events) => {
        const period = { ...FORTNIGHT, until: MONDAY + 30 * DAY };
        const { all } = makeReport(historyOf(events), { ...period, by: null }, poolOf);
        const none = figuresOf(deliveriesOf(historyOf([]), poolOf), 0, 1);
        for (const by of ['week', 'day'] as const) {
          const { groups } = makeReport(historyOf(events), { ...period, by }, poolOf);
          expect(sum([none, ...groups.map(({ figures }) => figures)].map(countsOf))).toEqual(countsOf(all));
        }
        for (const by of ['pool', 'profile', 'hardware'] as const) {
          const parts = makeReport(historyOf(events), { ...period, by }, poolOf).groups.map(
            ({ figures }) => figures,
          );
          for (const of of [
            (f: Figures) => f.installs,
            (f: Figures) => f.recovery.count,
            (f: Figures) => f.configured,
          ])
            expect(parts.reduce((total, figures) => total + of(figures), 0)).toBe(of(all));
        }
      }),
    );
  });

  it('what comes later changes no figure that was final: counts of a past period only grow', () => {
    fc.assert(
      fc.property(anyTale, fc.nat(500), (events, cut) => {
        const until = MONDAY + cut * HOUR;
        const then = makeReport(
          historyOf(events.filter(({ time }) => time < until)),
          { ...FORTNIGHT, until },
          poolOf,
        ).all;
        const now = makeReport(historyOf(events), { ...FORTNIGHT, until }, poolOf).all;
        expect([now.installs, now.recovery.count, now.configured]).toEqual([
          ...[then.installs, then.recovery.count, then.configured],
        ]);
        expect(now.deployments).toBeGreaterThanOrEqual(then.deployments);
        expect(now.failedChanges).toBeGreaterThanOrEqual(then.failedChanges);
      }),
    );
  });

  it('median and p90 are durations that were there, and split them as they say', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (durations) => {
        const { median, p90 } = spreadOf(durations);
        for (const [value, share] of [
          [median, 0.5],
          [p90, 0.9],
        ] as const) {
          expect(durations).toContain(value);
          expect(durations.filter((one) => one <= (value ?? 0)).length).toBeGreaterThanOrEqual(
            share * durations.length,
          );
          expect(durations.filter((one) => one < (value ?? 0)).length).toBeLessThan(share * durations.length);
        }
      }),
    );
  });
});
