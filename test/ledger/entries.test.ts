import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLedger } from '../../src/journal/ledger.ts';
import { chooseEntries } from '../../src/ledger/choose.ts';
import { ledgerEntries } from '../../src/ledger/entries.ts';
import { ENTRY_REASONS, RACK_REASONS, REPORT_REASONS } from '../../src/ledger/reasons.ts';
import { aCommit } from '../builders/commit.ts';
import { aFortnight, anyHistory, aTale, HOUR, MONDAY } from './a-history.ts';

it('every answer is made from what is never pruned', () => {
  expect(
    [...ENTRY_REASONS, ...REPORT_REASONS, ...RACK_REASONS].filter((reason) => !isLedger(reason)),
  ).toEqual([]);
});

function said(events: Parameters<typeof ledgerEntries>[0]) {
  return ledgerEntries(events).map(
    ({ node, profile, generation, commit, outcome, attempts, failures }) =>
      `${node} ${profile} ${generation} by ${commit.slice(0, 2)}: ${outcome}, ${attempts} attempts, ${failures} failed`,
  );
}

describe('the installs of a history', () => {
  it('in the order in which they were wanted, with how each ended', () => {
    expect(said(aFortnight())).toEqual([
      'n1 docker 2 by c1: settled, 1 attempts, 0 failed',
      'n2 docker 2 by c1: settled, 2 attempts, 1 failed',
      'n3 ceph 2 by c2: settled, 2 attempts, 1 failed',
      'n3 ceph 3 by c5: dropped, 0 attempts, 0 failed',
      'n1 docker 3 by c6: settled, 1 attempts, 0 failed',
      'n2 docker 3 by c6: waiting, 0 attempts, 0 failed',
    ]);
  });

  it('tells all that was noted of an install', () => {
    const tale = aTale();
    tale.wanted(1, 'n1', 'c1');
    tale.say(2, 'n1', 'InstallApproved', { digest: 'abc', why: '' }, { actor: 'sipho' });
    tale.started(3, 'n1', 'c1');
    tale.failed(4, 'n1');
    tale.started(5, 'n1', 'c1', 2);
    tale.settled(7, 'n1', 'c1', 2, { attempt: 2, hardware: 'Dell R650' });
    expect(ledgerEntries(tale.events)).toEqual([
      {
        ...{ node: 'n1', pool: 'sip', profile: 'docker', generation: 2, commit: aCommit('c1').id },
        ...{ asked: aCommit('c1'), change: 'generation 1 → 2', outcome: 'settled', why: null },
        ...{ wantedAt: MONDAY + HOUR, startedAt: MONDAY + 3 * HOUR, endedAt: MONDAY + 7 * HOUR },
        ...{ attempts: 2, failures: 1, durationMs: 2 * HOUR },
        ...{ approvedBy: 'sipho', approvedAt: MONDAY + 2 * HOUR, installId: 'n1-c1-2' },
        ...{ installDigest: 'd1', configDigest: 'c1', stacks: ['base', 'chrony'], images: [] },
        hardware: 'Dell R650',
      },
    ]);
  });

  it('a stuck one that is tried again is one install, and an approval that ran out is none', () => {
    const tale = aTale();
    tale.wanted(1, 'n1', 'c1');
    tale.say(2, 'n1', 'InstallApproved', { digest: null, why: '' }, { actor: 'sipho' });
    tale.say(3, 'n1', 'ApprovalExpired', { by: 'sipho', at: 0 });
    tale.started(4, 'n1', 'c1');
    tale.stuck(5, 'n1', 'c1');
    expect(ledgerEntries(tale.events)).toMatchObject([
      { outcome: 'stuck', why: 'stack chrony failed', approvedBy: null, endedAt: MONDAY + 5 * HOUR },
    ]);
    tale.started(6, 'n1', 'c1');
    expect(ledgerEntries(tale.events)).toMatchObject([{ outcome: 'under way', endedAt: null, attempts: 2 }]);
    tale.settled(7, 'n1', 'c1', 1);
    expect(said(tale.events)).toEqual(['n1 docker 2 by c1: settled, 2 attempts, 0 failed']);
  });

  it('a later wish waits for the install that has begun, or takes its place', () => {
    const tale = aTale();
    tale.started(1, 'n1', 'c1');
    tale.wanted(2, 'n1', 'c2', 'docker', 3);
    tale.wanted(3, 'n1', 'c3', 'docker', 4);
    expect(said(tale.events)).toEqual([
      'n1 docker 2 by c1: under way, 1 attempts, 0 failed',
      'n1 docker 3 by c2: dropped, 0 attempts, 0 failed',
      'n1 docker 4 by c3: waiting, 0 attempts, 0 failed',
    ]);
    tale.started(4, 'n1', 'c3', 1, 'docker', 4);
    expect(ledgerEntries(tale.events).map(({ outcome }) => outcome)).toEqual([
      'dropped',
      'dropped',
      'under way',
    ]);
    tale.say(5, 'n1', 'NodeReleased', {});
    expect(ledgerEntries(tale.events).at(-1)).toMatchObject({
      outcome: 'dropped',
      why: 'no longer in the inventory',
    });
  });

  it('what a machine reported of before is adopted once', () => {
    const tale = aTale();
    const record = { installId: 'old', profile: 'base', generation: 1, installDigest: 'd', commit: 'f00d' };
    tale.say(1, 'n1', 'NodeAdopted', { record });
    tale.say(2, 'n1', 'NodeAdopted', { record });
    expect(ledgerEntries(tale.events)).toMatchObject([
      {
        node: 'n1',
        outcome: 'adopted',
        commit: 'f00d',
        installId: 'old',
        endedAt: MONDAY + HOUR,
        attempts: 0,
      },
    ]);
  });

  it('of a journal of before, which kept the ends only, it tells what those say', () => {
    const tale = aTale();
    const record = { installId: 'i', profile: 'base', generation: 2, installDigest: 'd', commit: 'f00d' };
    tale.say(1, 'n1', 'InstallApproved', { digest: null, why: '' }, { actor: 'sipho' });
    tale.say(3, 'n1', 'InstallSettled', { record, durationMs: HOUR });
    tale.say(9, 'n1', 'InstallSettled', { record: { ...record, installId: 'j' }, durationMs: HOUR });
    const [one, two] = ledgerEntries(tale.events);
    expect(one).toMatchObject({
      startedAt: MONDAY + 2 * HOUR,
      attempts: 1,
      approvedBy: 'sipho',
      asked: null,
    });
    expect(one).toMatchObject({ pool: null, stacks: null, images: null, hardware: null, change: null });
    expect(two).toMatchObject({ installId: 'j', approvedBy: null });
  });

  it('any events at all: every settled install stands there once, and nothing of an install twice', () => {
    fc.assert(
      fc.property(anyHistory, (events) => {
        const entries = ledgerEntries(events);
        const settled = events.filter(({ reason, node }) => reason === 'InstallSettled' && node !== null);
        expect(entries.filter(({ outcome }) => outcome === 'settled')).toHaveLength(settled.length);
        const open = entries.filter(({ outcome }) => outcome === 'under way').map(({ node }) => node);
        expect(new Set(open).size).toBe(open.length);
      }),
    );
  });
});

describe('what is asked for', () => {
  const entries = ledgerEntries(aFortnight());
  const names = (filter: Parameters<typeof chooseEntries>[1]) =>
    chooseEntries(entries, filter).map(({ node, generation }) => `${node} ${generation}`);

  it.each([
    [{ node: 'n2' }, ['n2 2', 'n2 3']],
    [{ pool: 'hte' }, ['n3 2']],
    [{ profile: 'ceph' }, ['n3 2', 'n3 3']],
    [{ commit: 'c6' }, ['n2 3', 'n1 3']],
    [{ since: MONDAY + 23 * HOUR, until: MONDAY + 181 * HOUR }, ['n3 2', 'n3 3']],
    [{ limit: 2 }, ['n2 3', 'n1 3']],
    [{}, ['n1 2', 'n2 2', 'n3 2', 'n3 3', 'n2 3', 'n1 3']],
  ])('%o', (filter, expected) => {
    expect(names(filter)).toEqual(expected);
  });
});
