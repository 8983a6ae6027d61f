/** From a seed to a scenario: what breaks, and what people do meanwhile. */

import { drawFaults, type Fault } from '../../src/lab/faults.ts';
import { createRandom, type Random } from '../../src/lab/random.ts';
import type { Limits } from './wish.ts';

/** One thing that somebody does. Where it makes no sense at its time, it is left out. */
export type Deed =
  | { kind: 'raise'; nodes: readonly string[]; guard: 'isProtected' | 'isPaused' | null }
  | { kind: 'lower' | 'node-profile' | 'power' | 'delete'; node: string }
  | { kind: 'guard'; node: string; guard: 'isProtected' | 'isPaused'; on: boolean }
  | { kind: 'put-back'; node: string; raised: boolean }
  | { kind: 'edit-packages' | 'edit-script' | 'pool-profile' | 'mend' }
  /** A bad commit that also asks for a reinstall, which must wait until it is mended. */
  | { kind: 'break'; node: string; raise: string }
  /** Releases whatever the plan holds for an approval. */
  | { kind: 'approve' }
  | { kind: 'rewrite'; drops: boolean; raise: string }
  | { kind: 'accept-history' | 'restore-history' }
  | { kind: 'restart'; down: number }
  /** Somebody at the rack: `press` the power button, `unplug` the machine, `plug` it in again. */
  | { kind: 'press' | 'unplug' | 'plug'; node: string }
  | { kind: 'cycle' | 'pause' | 'resume'; node: string };

export interface Plot {
  seed: string;
  /** Whether the repository is a real one; git's processes cost more than all the rest. */
  git: boolean;
  names: readonly string[];
  limits: Limits;
  faults: ReadonlyMap<string, readonly Fault[]>;
  /** Machines without a system, and off. */
  blank: ReadonlySet<string>;
  /** In order of their times, ms since all began. */
  deeds: readonly (Deed & { at: number })[];
}

const NODES = 12;
/** Lab seconds in a second: the longest window of a fault, 50 min, is over after 3 s. */
export const SPEED = 1000;
const DURATION = 2_400;

export function drawPlot(seed: string): Plot {
  const names = Array.from({ length: NODES }, (_, i) => `n${String(i + 1).padStart(2, '0')}`);
  const random = createRandom(`${seed}/plot`);
  const caps = {
    installsAtOnce: random.pick([2, 3, 4, 12]),
    unavailablePerPool: random.pick<Limits['unavailablePerPool']>([2, 3, 6, 12, '25%']),
    reinstallsPerCommit: 3,
    attempts: random.pick([1, 2, 3]),
    softOffGrace: random.pick(['60ms', '60ms', '5ms']),
  };
  const deeds: (Deed & { at: number })[] = [];
  const count = Math.floor(random.between(6, 13));
  for (let i = 0; i < count; i++) {
    let at = random.between(0, DURATION);
    for (const deed of random.pick(STORIES)(random, names)) {
      deeds.push({ ...deed, at: Math.round(at) });
      at += random.between(50, 900);
    }
  }
  deeds.sort((a, b) => a.at - b.at);
  const git = random.next() < 1 / 25;
  const blank = new Set(names.filter(() => random.next() < 1 / 16));
  const rollout = { canary: random.pick([0, 0, 1, 2]), haltAfter: random.pick([null, null, 0, 1, 3]) };
  const limits: Limits = { ...caps, rollout };
  return { seed, git, names, limits, faults: drawFaults(seed, names), blank, deeds };
}

type Story = (random: Random, names: readonly string[]) => Deed[];

const raise: Story = (random, names) => {
  const nodes = new Set<string>();
  const count = random.pick([1, 2, 3]);
  while (nodes.size < count) nodes.add(random.pick(names));
  const guard = random.pick(['isProtected', 'isPaused', null, null, null, null, null, null] as const);
  const lifted = guard && random.next() < 0.5;
  return [
    { kind: 'raise', nodes: [...nodes], guard },
    ...(lifted ? [...nodes].map((node) => ({ kind: 'guard' as const, node, guard, on: false })) : []),
  ];
};

const guard: Story = (random, names) => {
  const node = random.pick(names);
  const which = random.pick(['isProtected', 'isPaused'] as const);
  const set: Deed = { kind: 'guard', node, guard: which, on: true };
  const raised: Deed = { kind: 'raise', nodes: [node], guard: null };
  const lift: Deed = { kind: 'guard', node, guard: which, on: false };
  return random.pick([
    [set],
    [set, lift],
    [set, raised],
    [set, raised, lift],
    [raised, set],
    [raised, set, lift],
  ]);
};

const power: Story = (random, names) => {
  const node = random.pick(names);
  const deed: Deed = { kind: 'power', node };
  return random.pick([[deed], [deed, deed]]);
};

const poolProfile: Story = (random) => {
  const change: Deed = { kind: 'pool-profile' };
  return random.pick<Deed[]>([[change], [change, { kind: 'approve' }], [change, change]]);
};

const STORIES: readonly Story[] = [
  raise,
  raise,
  raise,
  raise,
  raise,
  guard,
  guard,
  power,
  power,
  poolProfile,
  () => [{ kind: 'edit-packages' }],
  () => [{ kind: 'edit-script' }],
  (random, names) => [{ kind: 'node-profile', node: random.pick(names) }],
  (random, names) => {
    const nodes = [random.pick(names)];
    return [
      { kind: 'raise', nodes, guard: null },
      { kind: 'lower', node: nodes[0] ?? '' },
    ];
  },
  (random, names) => [
    { kind: 'break', node: random.pick(names), raise: random.pick(names) },
    { kind: 'mend' },
  ],
  (random, names) => {
    const node = random.pick(names);
    return [
      { kind: 'delete', node },
      { kind: 'put-back', node, raised: random.next() < 0.5 },
    ];
  },
  (random, names) => [
    { kind: 'rewrite', drops: random.next() < 0.5, raise: random.pick(names) },
    { kind: random.pick(['accept-history', 'restore-history']) },
  ],
  (random) => [{ kind: 'restart', down: Math.round(random.between(0, 300)) }],
  (random, names) => [{ kind: 'press', node: random.pick(names) }],
  (random, names) => {
    const node = random.pick(names);
    return [
      { kind: 'unplug', node },
      { kind: 'plug', node },
    ];
  },
  (random, names) => [{ kind: 'cycle', node: random.pick(names) }],
  (random, names) => {
    const node = random.pick(names);
    return [
      { kind: 'pause', node },
      { kind: 'raise', nodes: [node], guard: null },
      { kind: 'resume', node },
    ];
  },
];
