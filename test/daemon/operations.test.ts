import { describe, expect, it } from 'vitest';
import { createOperations } from '../../src/daemon/operations.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { T0 } from '../builders/commit.ts';
import { aNode, aSite, type NodeBuilder } from '../builders/node.ts';
import { aState, type StateBuilder } from '../builders/state.ts';

const settled = (name: string) => aState(name).installed('base').settled().power('on');

function aDesk(nodes: NodeBuilder[], states: StateBuilder[]) {
  const site = aSite(nodes);
  const woken: string[] = [];
  const journal = openMemoryJournal({ clock: () => T0, states: states.map((state) => state.build()) });
  const plan = () =>
    makePlan({ site, previous: null, states: journal.states(), now: T0, causeOf: () => site.commit }).plan;
  const operations = createOperations({
    journal,
    site: () => site,
    plan,
    wake: (name) => void woken.push(name),
    wakeImages: () => {},
    clock: () => T0,
  });
  return { operations, journal, plan, woken };
}

describe('approvals', () => {
  it('of a digest release exactly what its plan holds for approval', async () => {
    const { operations, journal, plan, woken } = aDesk(
      [
        aNode('n1'),
        aNode('n2').profile('base', 2),
        aNode('n3').profile('base', 2).protected(),
        aNode('n4').profile('base', 2),
      ],
      [
        aState('n1').held().power('on'),
        settled('n2').wants('base', 2, { together: 4 }),
        settled('n3').wants('base', 2, { together: 4 }),
        settled('n4').wants('base', 2),
      ],
    );
    expect(await operations.approvePlan(plan().digest, 'thandi', 'maintenance')).toEqual({
      nodes: ['n1', 'n2'],
      tags: [],
    });
    expect(woken).toEqual(['n1', 'n2']);
    expect(journal.state('n1')).toMatchObject({ want: { first: true }, approved: { by: 'thandi' } });
    expect(journal.state('n2')?.approved).toMatchObject({ by: 'thandi' });
    expect(journal.state('n3')?.approved).toBeNull();
    expect(plan().actions.find(({ node }) => node === 'n3')?.hold?.guard).toBe('protected');
  });

  it('promise 1: of another digest than the plan has now are refused, and change nothing', async () => {
    const { operations, journal } = aDesk(
      [aNode('n2').profile('base', 2)],
      [settled('n2').wants('base', 2, { together: 4 })],
    );
    await expect(operations.approvePlan('0'.repeat(12), 'thandi', '')).rejects.toMatchObject({
      code: 'outdated',
    });
    expect(journal.lastId()).toBe(0);
  });

  it('of a plan that holds nothing are refused', async () => {
    const { operations, plan } = aDesk([aNode('n1')], [settled('n1')]);
    await expect(operations.approvePlan(plan().digest, 'thandi', '')).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it.each([
    ['a protected node', aNode('n1').protected(), aState('n1').held(), 'conflict'],
    [
      'a node at work',
      aNode('n1').profile('base', 2),
      settled('n1').wants('base', 2).phase('booting').attempt(),
      'conflict',
    ],
    ['a node that waits for nothing', aNode('n1'), settled('n1'), 'conflict'],
  ])('promise 2: %s cannot be approved', async (_what, node, state, code) => {
    const { operations, journal } = aDesk([node], [state]);
    await expect(operations.approveNode('n1', 'thandi', '')).rejects.toMatchObject({ code });
    await expect(operations.approveNode('n9', 'thandi', '')).rejects.toMatchObject({ code: 'not-found' });
    expect(journal.lastId()).toBe(0);
  });

  it('of an unknown node make its first install wanted, with who said so', async () => {
    const { operations, journal, woken } = aDesk([aNode('n1')], [aState('n1').held()]);
    await operations.approveNode('n1', 'thandi', 'new machine');
    expect(journal.read({}).map(({ reason, actor }) => [reason, actor])).toEqual([
      ['InstallWanted', 'thandi'],
      ['InstallApproved', 'thandi'],
    ]);
    expect(woken).toEqual(['n1']);
  });
});

describe('pause, resume, retry, cycle', () => {
  it('a pause ends in the future, and is taken back once', async () => {
    const { operations, journal } = aDesk(
      [aNode('n1'), aNode('n2').paused()],
      [settled('n1'), settled('n2')],
    );
    await expect(operations.pause('n1', 'thandi', 'fan', T0)).rejects.toMatchObject({ code: 'bad-request' });
    await operations.pause('n1', 'thandi', 'fan', T0 + 1);
    expect(journal.state('n1')?.pause).toEqual({ why: 'fan', until: T0 + 1, by: 'thandi' });
    await operations.resume('n1', 'thandi');
    await expect(operations.resume('n1', 'thandi')).rejects.toMatchObject({ code: 'conflict' });
    await expect(operations.resume('n2', 'thandi')).rejects.toMatchObject({
      hint: expect.stringContaining('paused in Git'),
    });
  });

  it('only a stuck node, or one between attempts, is let try again', async () => {
    const { operations, journal } = aDesk(
      [aNode('n1'), aNode('n2'), aNode('n3')],
      [
        settled('n1'),
        settled('n2').stuck().with({ attemptsUsed: 3 }),
        settled('n3')
          .held()
          .with({ retryAt: T0 + 1 }),
      ],
    );
    await expect(operations.retry('n1', 'thandi')).rejects.toMatchObject({ code: 'conflict' });
    await operations.retry('n2', 'thandi');
    await operations.retry('n3', 'thandi');
    expect(journal.state('n2')).toMatchObject({ stuck: null, attemptsUsed: 0 });
    expect(journal.state('n3')?.retryAt).toBeNull();
  });

  it.each([
    ['without a BMC', aNode('n1').bmc(null), settled('n1')],
    ['that is at work', aNode('n1'), settled('n1').phase('installing')],
    ['that is paused in Git', aNode('n1').paused(), settled('n1')],
    ['that is paused by a person', aNode('n1'), settled('n1').paused()],
  ])('a node %s is not power-cycled', async (_what, node, state) => {
    const { operations, journal } = aDesk([node], [state]);
    await expect(operations.cycle('n1', 'thandi', '')).rejects.toMatchObject({ code: 'conflict' });
    expect(journal.lastId()).toBe(0);
  });

  it('a settled node is, and a pause that has run out does not stand in the way', async () => {
    const node = aNode('n1').paused('fan', T0 - 1);
    const { operations, journal } = aDesk([node], [settled('n1').paused('fan', T0 - 1)]);
    await operations.cycle('n1', 'thandi', 'hung');
    expect(journal.state('n1')?.cycle).toEqual({ by: 'thandi', at: T0, offAt: null });
  });
});

describe('holds on the power', () => {
  const off = { state: 'off', until: T0 + 3_600_000, why: 'fan' } as const;

  it('are journaled with their end and reason, shown in the plan, and ended by a person', async () => {
    const { operations, journal, plan, woken } = aDesk([aNode('n1')], [settled('n1')]);
    await operations.holdPower('n1', 'thandi', off);
    expect(journal.state('n1')?.powerHold).toEqual({ ...off, by: 'thandi' });
    const held = 'held off by thandi until 2026-06-01T13:00:00.000Z: fan';
    expect(plan().actions.map(({ kind, change }) => [kind, change])).toEqual([
      ['power-off', 'power on → off'],
      ['power-hold', `power ${held}; Git says on`],
    ]);
    await operations.releasePower('n1', 'sipho');
    expect(plan().actions).toEqual([]);
    expect(woken).toEqual(['n1', 'n1']);
    await expect(operations.releasePower('n1', 'sipho')).rejects.toMatchObject({ code: 'conflict' });
    expect(journal.read({}).map(({ message, actor }) => [message, actor])).toEqual([
      [`power ${held}`, 'thandi'],
      ['the hold on its power was ended by sipho', 'sipho'],
    ]);
  });

  it.each([
    [
      'a node at work',
      aNode('n1').profile('base', 2),
      settled('n1').wants('base', 2).phase('installing').attempt(),
    ],
    ['a paused node', aNode('n1').paused(), settled('n1')],
    ['a node without a BMC', aNode('n1').bmc(null), settled('n1')],
  ])('are refused for %s', async (_what, node, state) => {
    const { operations, journal } = aDesk([node], [state]);
    await expect(operations.holdPower('n1', 'thandi', off)).rejects.toMatchObject({ code: 'conflict' });
    expect(journal.lastId()).toBe(0);
  });

  it.each([
    ['the past', T0],
    ['months', T0 + 90 * 86_400_000],
  ])('are refused for %s', async (_what, until) => {
    const { operations } = aDesk([aNode('n1')], [settled('n1')]);
    const hold = operations.holdPower('n1', 'thandi', { ...off, until });
    await expect(hold).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('keep off a power cycle', async () => {
    const { operations } = aDesk([aNode('n1')], [settled('n1')]);
    await operations.holdPower('n1', 'thandi', off);
    await expect(operations.cycle('n1', 'sipho', '')).rejects.toMatchObject({ code: 'conflict' });
  });
});
