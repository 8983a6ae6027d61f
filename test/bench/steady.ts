/** What the daemon costs while nothing happens: all BMCs asked once a minute, every node looked at afterwards. */

import { setTimeout as sleep } from 'node:timers/promises';
import { labMachines } from '../../src/lab/specs.ts';
import type { StatusView } from '../../src/model/api.ts';
import { startChild } from './child.ts';
import type { RackInput } from './children/rack.ts';
import { type BenchDaemon, startBenchDaemon } from './daemon.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { hostRanges, mostHosts, runIpmipower } from './ipmipower.ts';
import { aPlace, CREDENTIALS, type Place } from './place.ts';
import { fillSettled, fillWaiting } from './store.ts';
import { waitUntil } from './wait.ts';

const MINUTE = 60_000;

/** One sweep and the quiet after it. */
interface Rest {
  count: number;
  corePercent: number;
  /** ipmipower over the same BMCs, as often. */
  peerPercent: number;
  sweepMs: number;
  rssMb: number;
  peakMb: number;
  stallMs: number;
}

export async function benchSteady(options: BenchOptions): Promise<Figure[]> {
  const settled = await atRest('settled', options);
  const waiting = await atRest('waiting', options);
  const nodes = settled.count.toLocaleString('en');
  const title = 'steady sweep of 10,000 a minute';
  const note = `all of ${nodes} nodes are held until installs before them are over`;
  return [
    {
      name: `${title}: share of a core`,
      value: settled.corePercent,
      unit: '%',
      goal: 10,
      peer: { name: 'ipmipower', value: settled.peerPercent },
    },
    { name: `${title}: the sweep itself`, value: settled.sweepMs, unit: 'ms' },
    { name: `${title}: longest stall of the daemon`, value: settled.stallMs, unit: 'ms' },
    {
      name: `${title}, nodes queueing: share of a core`,
      value: waiting.corePercent,
      unit: '%',
      goal: 10,
      note,
    },
    { name: `${title}, nodes queueing: longest stall`, value: waiting.stallMs, unit: 'ms' },
    { name: `daemon with ${nodes} nodes: memory at rest`, value: settled.rssMb, unit: 'MB' },
    {
      name: `daemon with ${nodes} nodes: peak memory since its start`,
      value: settled.peakMb,
      unit: 'MB',
      goal: 350,
    },
  ];
}

async function atRest(what: 'settled' | 'waiting', { quick, progress }: BenchOptions): Promise<Rest> {
  // The same number of BMCs a minute in either case.
  const count = quick ? 3_333 : 10_000;
  const interval = quick ? MINUTE / 3 : MINUTE;
  progress(`a site and a store of ${count} nodes, ${what}`);
  const place = await aPlace(count, { sweepInterval: `${interval / 1000}s` }, 2);
  // Machines that are on and stay in their power-on self test: nothing but their BMCs speaks.
  const rackInput: RackInput = {
    ...{ count, port: place.port, credentials: CREDENTIALS },
    ...{ disks: 'installed', speed: 1, times: { post: 1e9 } },
  };
  const rack = startChild('rack', rackInput, { longest: 600_000 });
  try {
    await (what === 'settled' ? fillSettled : fillWaiting)(place, count);
    await rack.next();
    const rest = await measure(place, count, interval, progress);
    progress('ipmipower over the same BMCs');
    return { count, ...rest, peerPercent: (await peerCpuMs(place.port, count)) / (interval / 100) };
  } finally {
    await rack.end();
    place.remove();
  }
}

async function measure(
  place: Place,
  count: number,
  interval: number,
  progress: (text: string) => void,
): Promise<Omit<Rest, 'count' | 'peerPercent'>> {
  const daemon = await startBenchDaemon(place);
  try {
    await daemon.site();
    progress('the first sweep');
    await untilSweepAfter(daemon, 0);
    const begin = performance.now();
    const before = await daemon.usage();
    progress(`the daemon at rest for ${interval / 1000} s, one sweep in it`);
    // Asking for the status counts all nodes: not more often than a person would.
    await sleep(interval * 0.8);
    const { sweep, power } = await untilSweepAfter(daemon, (await daemon.status()).sweep.lastAt ?? 0);
    const after = await daemon.usage();
    if (power.on < count - 10) throw new Error(`only ${power.on} nodes are known to be on`);
    const corePercent = ((after.cpuMs - before.cpuMs) / (performance.now() - begin)) * 100;
    const { rssMb, peakMb, stallMs } = after;
    return { corePercent, sweepMs: sweep.lastMs ?? 0, rssMb, peakMb, stallMs };
  } finally {
    await daemon.end();
  }
}

/** CPU ms of one sweep; scaled where it may not open descriptors for all. */
async function peerCpuMs(port: number, count: number): Promise<number> {
  const most = Math.min(count, await mostHosts());
  const addresses = labMachines(most).map(({ bmc }) => bmc);
  const { cpuMs, read } = await runIpmipower(hostRanges(addresses, port), CREDENTIALS);
  if (read < 0.9 * most) throw new Error(`ipmipower read only ${read} of ${most} BMCs`);
  return (cpuMs * count) / most;
}

/** Until a sweep has ended after this time, and what it woke has come to rest. */
async function untilSweepAfter(daemon: BenchDaemon, time: number): Promise<StatusView> {
  await waitUntil('a sweep', async () => ((await daemon.status()).sweep.lastAt ?? 0) > time, {
    pause: 1_000,
  });
  await sleep(3_000);
  return daemon.status();
}
