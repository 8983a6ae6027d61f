/** Images from registry to registry: the daemon's keeper and `skopeo sync` in turns, each in a process of its own. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry } from '../../src/registry/client.ts';
import { anImage, push } from '../registry/an-image.ts';
import { dockerRegistry } from '../registry/docker-registry.ts';
import { startChild } from './child.ts';
import type { RegistryInput, RegistryOutput } from './children/registry.ts';
import { type BenchOptions, type Figure, median } from './figure.ts';
import { type Timed, timed } from './timed.ts';

const MB = 2 ** 20;
/** The goals are said in terms of the peer: at least so many times its speed. */
const COPY_GOAL = 1.5;
const NO_OP_GOAL = 3;
const NO_OP_CPU_GOAL = 250;

type Images = RegistryInput['images'];
/** Only ours has a second look: a daemon takes it every ten minutes, skopeo starts anew. */
type Ran = Timed & Partial<Pick<RegistryOutput, 'second'>>;
interface Runs {
  ours: Timed[];
  second: Timed[];
  peers: Timed[];
}

export async function benchRegistry({ quick, progress }: BenchOptions): Promise<Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'barewright-bench-'));
  const upstream = await dockerRegistry({ folder: join(dir, 'upstream') });
  await upstream.start();
  try {
    progress('upstream is filled');
    const few = await fill(upstream.host, 'few', 50, 1, 2 * MB);
    Object.assign(few, await fill(upstream.host, 'large', 1, 1, (quick ? 20 : 500) * MB));
    const many = await fill(upstream.host, 'many', 10, quick ? 5 : 50, 1000);
    const figures: Figure[] = [];
    const rounds = quick ? 1 : 3;
    const world: World = { dir, upstream: upstream.host, rounds, progress };
    const first = await compare({ ...world, what: '51 images', images: few, isFirst: true });
    figures.push(...figuresOf(`51 images, one of ${quick ? 20 : 500} MB: first copy`, first, COPY_GOAL));
    const same = await compare({ ...world, what: '51 images again', images: few, isFirst: false });
    figures.push(...figuresOf('the same again: nothing to do', same, NO_OP_GOAL));
    const no = await compare({ ...world, what: 'many tags', images: many, isFirst: false });
    const [wall, cpu] = figuresOf(`${quick ? 50 : 500} tags: nothing to do`, no, NO_OP_GOAL);
    if (wall && cpu) figures.push(wall, { ...cpu, goal: NO_OP_CPU_GOAL });
    const [, second] = figuresOf(
      'the same, the second look of a daemon',
      { ...no, ours: no.second },
      NO_OP_GOAL,
    );
    if (second) figures.push({ ...second, goal: NO_OP_CPU_GOAL });
    return figures;
  } finally {
    await upstream.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface World {
  dir: string;
  upstream: string;
  rounds: number;
  progress(message: string): void;
}

async function compare({
  dir,
  upstream,
  rounds,
  progress,
  what,
  images,
  isFirst,
}: World & { what: string; images: Images; isFirst: boolean }): Promise<Runs> {
  const runs: Runs = { ours: [], second: [], peers: [] };
  const contenders = [
    ['our keeper', runs.ours, ours],
    ['skopeo sync', runs.peers, skopeoSync],
  ] as const;
  for (let round = 1; round <= rounds; round += 1) {
    for (const [who, results, run] of contenders) {
      progress(`${what}, round ${round} of ${rounds}: ${who}`);
      const folder = join(dir, 'own');
      const own = await dockerRegistry({ folder });
      await own.start();
      try {
        const input = { own: own.host, upstream, images, dataDir: dir };
        if (!isFirst) await run(input);
        const ran: Ran = await run(input);
        results.push(ran);
        if (ran.second) runs.second.push(ran.second);
      } finally {
        await own.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }
  return runs;
}

async function ours(input: RegistryInput): Promise<RegistryOutput> {
  const child = startChild<RegistryOutput>('registry', input);
  try {
    return await child.next();
  } finally {
    await child.end();
  }
}

async function skopeoSync({ own, upstream, images, dataDir }: RegistryInput): Promise<Timed> {
  const [policy, source] = [join(dataDir, 'policy.json'), join(dataDir, 'sync.yaml')];
  writeFileSync(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
  const lists = Object.entries(images).map(([name, tags]) => `    ${name}: ${JSON.stringify(tags)}\n`);
  writeFileSync(source, `"${upstream}":\n  tls-verify: false\n  images:\n${lists.join('')}`);
  const flags = [
    '--all',
    '--preserve-digests',
    '--dest-tls-verify=false',
    '--src',
    'yaml',
    '--dest',
    'docker',
  ];
  return timed(['skopeo', '--policy', policy, 'sync', ...flags, source, own]);
}

function figuresOf(name: string, { ours, peers }: Runs, times: number): Figure[] {
  const of = (runs: readonly Timed[], key: keyof Timed) => median(runs.map((run) => run[key]));
  const peer = (key: keyof Timed) => ({ name: 'skopeo sync', value: of(peers, key) });
  const wall = { name: `${name}: wall`, unit: 'ms', peer: peer('wallMs'), goal: of(peers, 'wallMs') / times };
  return [
    { ...wall, value: of(ours, 'wallMs') },
    { name: `${name}: CPU`, unit: 'ms', value: of(ours, 'cpuMs'), peer: peer('cpuMs') },
  ];
}

/** So many repositories of so many tags, each an image of its own with one layer of `size` bytes. */
async function fill(
  host: string,
  prefix: string,
  count: number,
  tags: number,
  size: number,
): Promise<Images> {
  const registry = createRegistry({ endpoint: `http://${host}` });
  const images: Images = {};
  for (let n = 1; n <= count; n += 1) {
    const name = `${prefix}${n}`;
    images[name] = Array.from({ length: tags }, (_, i) => `1.0.${i}`);
    for (const tag of images[name]) await push(registry.repository(name), tag, anImage({ sizes: [size] }));
  }
  await registry.close();
  return images;
}
