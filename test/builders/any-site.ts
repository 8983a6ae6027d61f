/** Arbitrary pairs of sites with states between them, as a daemon may meet them. */

import fc from 'fast-check';
import type { DesiredNode, Site } from '../../src/model/desired.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import type { Phase } from '../../src/model/phase.ts';
import { anyWindows, windowsOf } from './any-window.ts';
import { aCommit, T0 } from './commit.ts';
import { aNode, aPool, aSite, type NodeBuilder } from './node.ts';
import { aRecord, aState } from './state.ts';

export interface AnyStep {
  /** What the daemon was at. */
  previous: Site;
  next: Site;
  states: Map<string, NodeState>;
}

const NAMES = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'];
const profile = fc.constantFrom('base', 'docker', 'ceph');
const generation = fc.integer({ min: 1, max: 3 });

const anyWords = fc.record({
  here: fc.boolean(),
  pool: fc.constantFrom('sip', 'hte'),
  profile,
  generation,
  power: fc.constantFrom('on', 'off', 'unmanaged'),
  protected: fc.boolean(),
  paused: fc.constantFrom('no', 'no', 'for ever', 'over'),
  bmc: fc.constantFrom(true, true, true, false),
  edited: fc.constantFrom('', '-edited'),
  /** Of the nodes before it: nothing goes in a circle. */
  after: fc.constantFrom(null, null, null, 1, 2),
});
type Words = typeof anyWords extends fc.Arbitrary<infer T> ? T : never;

function nodeOf(name: string, words: Words): NodeBuilder {
  const base = aNode(name).pool(words.pool).profile(words.profile, words.generation).power(words.power);
  const { installDigest, configDigest } = base.build();
  const edited = base.with({
    installDigest: installDigest + words.edited,
    configDigest: configDigest + words.edited,
    protected: words.protected ? { reason: 'data' } : null,
    paused: words.paused === 'no' ? null : { reason: 'x', until: words.paused === 'over' ? T0 - 1 : null },
    dependsOn: dependenciesOf(name, words.after),
  });
  return words.bmc ? edited : edited.bmc(null);
}

function dependenciesOf(name: string, after: number | null): DesiredNode['dependsOn'] {
  const other = after === null ? undefined : NAMES[NAMES.indexOf(name) - after];
  return other === undefined ? [] : [{ kind: 'node', name: other }];
}

const anyPolicy = fc.record({
  windows: fc.option(anyWindows, { nil: [] }).map(windowsOf),
  installsAtOnce: fc.nat(4),
  reinstallsPerCommit: fc.nat(4),
  power: fc.constantFrom('enforce' as const, 'report' as const),
});
const anyRollout = fc.record({
  canary: fc.constantFrom(0, 0, 0, 1, 2),
  haltAfter: fc.constantFrom(null, null, 0, 1),
});
const anyCap = fc.oneof(fc.nat(4), fc.constantFrom('1%' as const, '25%' as const, '100%' as const));

function anySiteOf(id: string, words: fc.Arbitrary<Words[]>): fc.Arbitrary<Site> {
  return fc.tuple(words, anyPolicy, anyCap, anyCap, anyRollout).map(([all, policy, sip, hte, rollout]) =>
    aSite(
      NAMES.flatMap((name, i) => {
        const said = all[i];
        return said?.here ? [nodeOf(name, said)] : [];
      }),
      {
        commit: aCommit(id),
        policy,
        pools: new Map([
          ['sip', aPool('sip', { unavailable: sip, rollout })],
          ['hte', aPool('hte', { unavailable: hte })],
        ]),
      },
    ),
  );
}

const anyMood = fc.record({
  phase: fc.constantFrom<Phase>(
    'found',
    'settled',
    'held',
    'stuck',
    'arming',
    'booting',
    'installing',
    'configuring',
  ),
  wants: fc.boolean(),
  together: fc.integer({ min: 1, max: 6 }),
  first: fc.boolean(),
  approved: fc.boolean(),
  known: fc.boolean(),
  carries: fc.option(fc.record({ profile, generation })),
  power: fc.constantFrom('on', 'off', 'unknown'),
  answers: fc.boolean(),
  failed: fc.constantFrom(false, false, true),
});
type Mood = typeof anyMood extends fc.Arbitrary<infer T> ? T : never;

function stateOf(name: string, said: { profile: string; generation: number }, mood: Mood): NodeState {
  const busy = !['found', 'settled', 'held', 'stuck'].includes(mood.phase);
  const installs = busy && mood.phase !== 'configuring';
  const record = mood.carries && mood.known ? aRecord(mood.carries.profile, mood.carries.generation) : null;
  let state = aState(name)
    .baseline(said.profile, said.generation)
    .power(mood.power)
    .with({ known: mood.known, record });
  if (mood.wants || installs) {
    state = state.wants(said.profile, said.generation, { together: mood.together, first: mood.first });
    if (mood.approved) state = state.approved();
  }
  if (installs) state = state.attempt(mood.answers || mood.phase === 'installing' ? { answersAt: T0 } : {});
  if (mood.failed) state = state.with({ failed: { commit: aCommit('abc').id, at: T0 } });
  return mood.phase === 'stuck' ? state.stuck().build() : state.phase(mood.phase).build();
}

/** A commit in force, the states at that moment, and the next commit. */
export function anyStep(): fc.Arbitrary<AnyStep> {
  const words = fc.array(anyWords, { minLength: NAMES.length, maxLength: NAMES.length });
  return fc
    .record({
      previous: anySiteOf('abc', words),
      next: anySiteOf('def', words),
      moods: fc.array(anyMood, { minLength: NAMES.length, maxLength: NAMES.length }),
    })
    .map(({ previous, next, moods }) => {
      const states = new Map<string, NodeState>();
      for (const node of previous.nodes.values()) {
        const mood = moods[NAMES.indexOf(node.name)];
        if (mood) states.set(node.name, stateOf(node.name, node, mood));
      }
      return { previous, next, states };
    });
}
