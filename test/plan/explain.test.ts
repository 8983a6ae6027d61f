import { describe, expect, it } from 'vitest';
import type { NodeState } from '../../src/model/node-state.ts';
import { conditionsOf } from '../../src/plan/conditions.ts';
import { viewNode } from '../../src/plan/explain.ts';
import { T0 } from '../builders/commit.ts';
import { aNode, aRecord, aSite, type NodeBuilder } from '../builders/node.ts';
import { anAction } from '../builders/plan.ts';
import { aState, type StateBuilder } from '../builders/state.ts';
import { planOf, settled, statesOf } from './step.ts';

function view(node: NodeBuilder, state: StateBuilder) {
  const site = aSite([node]);
  const { actions } = planOf(site, statesOf(state));
  return viewNode(site, node.build(), state.build(), actions, T0, T0);
}

/** `Ready: True AsDeclared`, for the types asked for. */
function conditions(node: NodeBuilder, state: StateBuilder, ...types: string[]): string[] {
  return view(node, state)
    .conditions.filter(({ type }) => types.includes(type))
    .map(({ type, status, reason }) => `${type}: ${status} ${reason}`);
}

describe('what a node waits for', () => {
  const attempt = { confirmedOffAt: T0, nextBootSetAt: T0, confirmedOnAt: T0 };

  it.each<[string, Partial<NonNullable<NodeState['attempt']>>]>([
    ['the machine to be off', {}],
    ['the BMC to take the boot device', { confirmedOffAt: T0 }],
    ['the machine to be on', { confirmedOffAt: T0, nextBootSetAt: T0 }],
    ['the machine to fetch its boot script', attempt],
    ['the installer to fetch its answers', { ...attempt, scriptAt: T0 }],
    ['the installer to fetch its answers', { ...attempt, confirmedOnAt: null, scriptAt: T0 }],
  ])('promise 7: %s', (waitsFor, change) => {
    const state = settled('n1')
      .wants('base', 2)
      .phase('booting', { deadline: T0 + 300_000 })
      .attempt(change);
    expect(view(aNode('n1').profile('base', 2), state)).toMatchObject({
      waitsFor,
      deadline: T0 + 300_000,
      next: 'after that, attempt 2 of 3',
      attempt: { n: 1, of: 3 },
    });
  });

  it('the last attempt says what comes after it', () => {
    const state = settled('n1')
      .wants('base', 2)
      .phase('installing')
      .attempt({ n: 3 })
      .with({ attemptsUsed: 3 });
    expect(view(aNode('n1').profile('base', 2), state).next).toBe(
      'after that it is stuck: the attempts are used up',
    );
  });

  it('a node that was found: what is still to come of its BMC and its report, and when it is held', () => {
    const found = aState('n1').phase('found', { waitingFor: 'its BMC and its own report' });
    const patience = 2 * aSite([aNode('n1')]).policy.reportInterval;
    expect(view(aNode('n1'), found)).toMatchObject({
      waitsFor: 'its BMC and its own report',
      deadline: T0 + patience,
    });
    const answering = found
      .power('on', T0 + 5_000)
      .with({ bmc: { reachable: true, since: T0 } as NodeState['bmc'] });
    expect(view(aNode('n1'), answering)).toMatchObject({
      waitsFor: 'its own report',
      deadline: T0 + 5_000 + patience,
    });
    expect(view(aNode('n1').profile('base', 2), found.wants('base', 2)).deadline).toBeNull();
  });

  it('a settled node at its declared power waits for nothing', () => {
    expect(view(aNode('n1'), settled('n1'))).toMatchObject({ waitsFor: '', next: '', deadline: null });
  });

  it('a power command on its way is said, and so is the guard on one', () => {
    const sent = settled('n1').power('off').command('on');
    expect(view(aNode('n1'), sent).waitsFor).toBe('power off → on to be confirmed (on sent)');
    expect(view(aNode('n1').paused('fan'), settled('n1').power('off')).waitsFor).toBe(
      'power off → on: paused in Git: fan',
    );
  });

  it.each([
    [settled('n1').wants('base', 2, { together: 9 }).held(), 'released by: barewright approve n1'],
    [settled('n1').wants('base', 2).held().unreachable(), 'it goes on by itself when the guard lifts'],
    [settled('n1').held(), 'it goes on by itself'],
    [aState('n1').phase('found'), 'adopted as it is when it reports; otherwise held for approval'],
    [
      settled('n1').stuck(),
      'barewright retry n1 tries again; a commit that raises its generation starts anew',
    ],
    [settled('n1').wants('base', 2), 'its reinstall begins'],
  ])('what comes next (%#)', (state, next) => {
    expect(view(aNode('n1').profile('base', 2), state).next).toBe(next);
  });
});

describe('conditions', () => {
  const node = aNode('n1');

  it('of a node that is as Git says', () => {
    expect(
      conditionsOf(node.build(), settled('n1').build(), [], T0).map(
        ({ type, status }) => `${type} ${status}`,
      ),
    ).toEqual([
      'Ready True',
      'Reconciling False',
      'Stalled False',
      'Paused False',
      'Reachable True',
      'PowerInSync True',
      'InstallInSync True',
    ]);
  });

  it.each<[string[], NodeBuilder, StateBuilder]>([
    [['Ready: Unknown BmcUnreachable', 'Reachable: False Auth'], node, settled('n1').unreachable('auth')],
    [['Reachable: Unknown NotAskedYet'], node, aState('n1').settled()],
    [['Reachable: Unknown NoBmc'], node.bmc(null), settled('n1')],
    [['PowerInSync: False Drift', 'Ready: False Drift'], node, settled('n1').power('off')],
    [['PowerInSync: True Unmanaged'], node.power('unmanaged'), settled('n1').power('off')],
    [['InstallInSync: Unknown NotReported'], node, aState('n1')],
    [['InstallInSync: False DiskTouched'], node, settled('n1').with({ record: null })],
    [['InstallInSync: False OtherInstall'], node, settled('n1').with({ record: aRecord('docker') })],
    [
      ['InstallInSync: False Outdated'],
      node,
      settled('n1').with({ record: aRecord('base', 1, { installDigest: 'x' }) }),
    ],
    [['Stalled: True Stuck', 'Ready: False NotSettled'], node, settled('n1').stuck()],
    [['Stalled: True NeedsApproval'], node, aState('n1').held()],
    [['Paused: True PausedInGit'], node.paused(), settled('n1')],
    [['Paused: True PausedByPerson'], node, settled('n1').paused()],
    [['Reconciling: True Installing'], node, settled('n1').phase('installing')],
  ])('%j', (expected, desired, state) => {
    const types = expected.map((text) => text.split(':')[0] ?? '');
    expect(conditions(desired, state, ...types).sort()).toEqual([...expected].sort());
  });

  it('a pause that has run out is none', () => {
    const over = settled('n1').paused('fan', T0 - 1);
    expect(conditions(node.paused('fan', T0 - 1), over, 'Paused')).toEqual(['Paused: False NotPaused']);
  });
});

it('promise 10: a view holds no secret reference, only the address of the BMC', () => {
  expect(JSON.stringify(view(aNode('n1'), settled('n1')))).not.toContain('bmc-default');
});

it('a rollout that has halted stalls those that wait for it, and what is kept back is said of a settled one', () => {
  const halted = { guard: 'halted' as const, why: 'it has halted: n1 failed', needsApproval: false };
  const due = anAction('n1', { kind: 'configure', effect: 'in-place', change: 'stacks', hold: halted });
  const node = aNode('n1');
  const state = settled('n1').build();
  const stalled = conditionsOf(node.build(), state, [due], T0).find(({ type }) => type === 'Stalled');
  expect(stalled).toMatchObject({ status: 'True', reason: 'RolloutHalted', message: halted.why });
  const shown = viewNode(aSite([node]), node.build(), state, [due], T0, T0);
  expect(shown.waitsFor).toBe('stacks: it has halted: n1 failed');
});
