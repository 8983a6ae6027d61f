/** A cold sweep of a simulated rack: our client and ipmipower in turns, each in a process of its own. */

import { labMachines } from '../../src/lab/specs.ts';
import { type Child, startChild } from './child.ts';
import type { RackInput } from './children/rack.ts';
import type { SweepInput, SweepOutput } from './children/sweep.ts';
import { type BenchOptions, type Figure, median } from './figure.ts';
import { hostRanges, mostHosts, type PeerRun, runIpmipower } from './ipmipower.ts';
import { CREDENTIALS } from './place.ts';

/** BMCs asked at once, as in the daemon's sweep. */
const WIDTH = 256;
const CPU_PER_NODE_GOAL = 0.35;
const MEMORY_GOAL = 250;

export async function benchSweep({ quick, progress }: BenchOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of quick ? [1_000] : [1_000, 10_000]) {
    figures.push(...(await sweepOf(count, quick ? 1 : 3, progress)));
  }
  return figures;
}

async function sweepOf(count: number, rounds: number, progress: (text: string) => void): Promise<Figure[]> {
  const { rack, port } = await startRack(count);
  const most = Math.min(count, await mostHosts());
  const hosts = hostRanges(
    labMachines(most).map(({ bmc }) => bmc),
    port,
  );
  const ours: SweepOutput[] = [];
  const peers: PeerRun[] = [];
  try {
    for (let round = 1; round <= rounds; round++) {
      progress(`${count} BMCs, round ${round} of ${rounds}: our client`);
      ours.push(checked(await ourSweep(count, port), count, 'our client'));
      progress(`${count} BMCs, round ${round} of ${rounds}: ipmipower`);
      peers.push(checked(await runIpmipower(hosts, CREDENTIALS), most, 'ipmipower'));
    }
  } finally {
    await rack.end();
  }
  const of = (values: readonly PeerRun[], key: 'wallMs' | 'cpuMs' | 'peakMb') =>
    median(values.map((value) => value[key]));
  const peer = (value: number) => ({ name: 'ipmipower', value });
  const title = `sweep of ${count.toLocaleString('en')} BMCs`;
  const wall = (of(peers, 'wallMs') * count) / most;
  const said = [
    most < count && `ipmipower may open descriptors for ${most} hosts here: its time is scaled to ${count}`,
    ...shortfall('our client', ours, count),
    ...shortfall('ipmipower', peers, most),
  ].filter((text) => text !== false);
  const note = said.length > 0 ? { note: said.join('; ') } : {};
  const cpu = { name: `${title}: CPU per node`, unit: 'ms' };
  const memory = { name: `${title}: peak memory`, unit: 'MB' };
  return [
    {
      name: `${title}: wall`,
      value: of(ours, 'wallMs'),
      unit: 'ms',
      goal: wall,
      peer: peer(wall),
      ...note,
    },
    {
      ...cpu,
      value: of(ours, 'cpuMs') / count,
      // A thousand nodes are over before the compiler of V8 has warmed up.
      ...(count >= 10_000 ? { goal: CPU_PER_NODE_GOAL } : {}),
      peer: peer(of(peers, 'cpuMs') / most),
    },
    { ...memory, value: of(ours, 'peakMb'), goal: MEMORY_GOAL, peer: peer(of(peers, 'peakMb')) },
  ];
}

async function ourSweep(count: number, port: number): Promise<SweepOutput> {
  const input: SweepInput = { count, port, width: WIDTH, credentials: CREDENTIALS };
  const child = startChild<SweepOutput>('sweep', input, { longest: 120_000 });
  try {
    return await child.next();
  } finally {
    await child.end();
  }
}

/** All of these machines are off and say nothing by themselves. */
async function startRack(count: number): Promise<{ rack: Child<unknown>; port: number }> {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const input: RackInput = { count, port, disks: 'blank', speed: 1, credentials: CREDENTIALS };
  const rack = startChild('rack', input, { longest: 900_000 });
  await rack.next();
  return { rack, port };
}

/** On a machine that does much else a few BMCs may stay silent; more than a tenth is no measurement. */
function checked<T extends { read: number }>(run: T, count: number, who: string): T {
  if (run.read < 0.9 * count) throw new Error(`${who} read only ${run.read} of ${count} BMCs`);
  return run;
}

function shortfall(who: string, runs: readonly { read: number }[], count: number): string[] {
  const lost = runs.map(({ read }) => count - read);
  return lost.some((n) => n > 0) ? [`${who} got no answer from ${lost.join(', ')} BMCs`] : [];
}
