import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { InstallTarget } from '../../src/model/event.ts';
import type { PowerOp } from '../../src/model/phase.ts';
import { PHASES } from '../../src/model/phase.ts';
import { anyEvent } from '../builders/any-event.ts';
import { anyWindows, windowsOf } from '../builders/any-window.ts';
import { aNode, aPool, aRecord, type NodeBuilder } from '../builders/node.ts';
import { aState } from '../builders/state.ts';
import { aBench, aMachine, type Bench } from './harness.ts';

const anyMachine = fc.record({
  power: fc.constantFrom('on' as const, 'off' as const),
  ignores: fc.uniqueArray(fc.constantFrom<PowerOp>('on', 'off', 'soft-off')).map((ops) => new Set(ops)),
  fails: fc.constantFrom(null, null, null, 'unreachable' as const, 'auth' as const, 'busy' as const),
  delay: fc.constantFrom(0, 1_000, 20_000),
});

const anyNode = fc
  .record({
    profile: fc.constantFrom('base', 'docker'),
    generation: fc.integer({ min: 1, max: 3 }),
    power: fc.constantFrom('on' as const, 'off' as const, 'unmanaged' as const),
    safe: fc.constantFrom('no', 'no', 'no', 'protected', 'paused', 'no-bmc'),
  })
  .map(({ profile, generation, power, safe }): NodeBuilder => {
    const node = aNode('n1').profile(profile, generation).power(power);
    if (safe === 'protected') return node.protected();
    if (safe === 'paused') return node.paused();
    return safe === 'no-bmc' ? node.bmc(null) : node;
  });

const anyOrder = fc.record({
  windows: anyWindows,
  canary: fc.nat(1),
  haltAfter: fc.constantFrom(null, 0, 1),
});

/** When and in which order things may happen. */
function orderOf({ windows, ...rollout }: typeof anyOrder extends fc.Arbitrary<infer T> ? T : never) {
  const effects = ['install' as const, 'power' as const, 'configure' as const];
  return {
    policy: {
      windows: windowsOf(windows).map((window) => ({ ...window, effects })),
      ...{ approvalExpiry: 600_000, reinstallsPerCommit: 0 },
    },
    pools: new Map([['sip', aPool('sip', { rollout })]]),
  };
}

type Act = (bench: Bench) => Promise<unknown>;

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.constantFrom<Act>(
    (bench) => bench.evidence.script(),
    (bench) => bench.evidence.answers(),
    (bench) => bench.evidence.progress('somewhere'),
    (bench) => bench.evidence.completed(),
    (bench) => bench.evidence.failed('for a reason'),
    (bench) => bench.evidence.report(),
    (bench) => bench.evidence.report({ stacks: [{ name: 'base', state: 'failed' }] }),
    (bench) => bench.evidence.report({ configDigest: 'config-other' }),
    (bench) => bench.evidence.report({ record: aRecord('ceph', 7) }),
    (bench) => bench.evidence.report({ record: null }),
    (bench) => bench.say('RetryRequested', {}),
    (bench) => bench.say('CycleRequested', { why: 'x' }),
    (bench) => bench.say('InstallApproved', { digest: null, why: '' }),
    (bench) => bench.say('Paused', { why: 'x', until: null }),
    (bench) => bench.say('Resumed', {}),
  ),
  fc.integer({ min: 0, max: 900_000 }).map((ms) => (bench: Bench) => bench.pass(ms)),
  anyNode.map((node) => (bench: Bench) => bench.commit(node)),
  anyMachine.map((change) => async (bench: Bench) => void Object.assign(bench.machine, change)),
);

it('whatever happens, a node comes to rest, and stays within its phases and its attempts', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyNode,
      anyMachine,
      fc.option(anyOrder),
      fc.array(anyAct, { maxLength: 25 }),
      async (node, machine, order, acts) => {
        const bench = aBench({
          node,
          state: aState('n1').installed('base').settled(),
          ...(order ? { policy: orderOf(order) } : {}),
          machine: aMachine(machine),
        });
        for (const act of acts) {
          await act(bench);
          const { phase, attemptsUsed, waitingFor, attempt } = bench.now();
          expect(PHASES).toContain(phase);
          expect(attemptsUsed).toBeLessThanOrEqual(3);
          if (phase === 'settled') expect(waitingFor).toBe('');
          else expect(waitingFor).not.toBe('');
          if (attempt?.armed) expect(['arming', 'booting', 'installing']).toContain(phase);
        }
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

/** Why an attempt must not have begun. A disk that is lost already is written to its end, also when Git has lowered it since. */
function wrongsOf(bench: Bench, { profile, generation }: InstallTarget): string[] {
  const desired = bench.fleet.node('n1');
  const { pause, known, record } = bench.now();
  const isAsked = desired?.profile === profile && desired.generation === generation;
  const isLost = known && record === null;
  const wrongs: [boolean, string][] = [
    [!desired || desired.protected !== null, 'it is protected'],
    [!desired || desired.paused !== null || pause !== null, 'it is paused'],
    [!desired?.bmc, 'it has no BMC'],
    [
      !isAsked && !isLost,
      `Git says ${desired?.profile} ${desired?.generation}, not ${profile} ${generation}`,
    ],
  ];
  return wrongs.flatMap(([isSo, why]) => (isSo ? [why] : []));
}

it('promise 2: no attempt begins for a node that is protected, paused or without a BMC, or that Git asks nothing of', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyNode,
      anyMachine,
      fc.array(anyAct, { maxLength: 25 }),
      async (node, machine, acts) => {
        const bench = aBench({
          node,
          state: aState('n1').installed('base').settled(),
          machine: aMachine(machine),
        });
        const wrong: string[] = [];
        bench.journal.subscribe((events) => {
          for (const event of events) {
            if (event.reason === 'AttemptStarted') wrong.push(...wrongsOf(bench, event.data.target));
          }
        });
        for (const act of acts) await act(bench);
        expect(wrong).toEqual([]);
      },
    ),
    { numRuns: 500 },
  );
}, 60_000);

it('from any state that events can lead to, the handlers come to rest', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyEvent(['n1']), { maxLength: 15 }),
      anyNode,
      anyMachine,
      async (events, node, machine) => {
        const bench = aBench({ node, machine: aMachine(machine) });
        await bench.journal.append(
          events.filter(({ node: name }) => name === 'n1').filter(({ reason }) => reason !== 'NodeReleased'),
        );
        await bench.settle();
        await bench.pass(120_000);
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);
