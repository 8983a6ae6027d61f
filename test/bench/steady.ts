/** What the daemon costs while nothing happens: all BMCs asked once a minute, every node looked at afterwards. */

import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from './child.ts';
import type { RackInput } from './children/rack.ts';
import { startBenchDaemon } from './daemon.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { aPlace, CREDENTIALS } from './place.ts';
import { fillSettled } from './store.ts';
import { waitUntil } from './wait.ts';

const MINUTE = 60_000;

export async function benchSteady({ quick, progress }: BenchOptions): Promise<Figure[]> {
  // The same number of BMCs a minute in either case.
  const count = quick ? 3_333 : 10_000;
  const interval = quick ? MINUTE / 3 : MINUTE;
  progress(`a site and a store of ${count} settled nodes`);
  const place = await aPlace(count, { sweepInterval: `${interval / 1000}s` });
  await fillSettled(place, count);
  // Machines that are on and stay in their power-on self test: nothing but their BMCs speaks.
  const rackInput: RackInput = {
    ...{ count, port: place.port, credentials: CREDENTIALS },
    ...{ disks: 'installed', speed: 1, times: { post: 1e9 } },
  };
  const rack = startChild('rack', rackInput, { longest: 600_000 });
  try {
    await rack.next();
    return await measure();
  } finally {
    await rack.end();
    place.remove();
  }

  async function measure(): Promise<Figure[]> {
    const daemon = await startBenchDaemon(place);
    try {
      await daemon.site();
      progress('the first sweep');
      let first = 0;
      await waitUntil('the first sweep', async () => {
        const { sweep, power } = await daemon.status();
        first = sweep.lastAt ?? 0;
        return first > 0 && power.on === count;
      });
      await sleep(2_000);
      const before = await daemon.usage();
      progress(`the daemon at rest for ${interval / 1000} s, one sweep in it`);
      await sleep(interval);
      const after = await daemon.usage();
      const { sweep } = await daemon.status();
      if ((sweep.lastAt ?? 0) <= first) throw new Error('there was no sweep in the window');
      const title = 'steady sweep of 10,000 a minute';
      return [
        {
          name: `${title}: share of a core`,
          value: ((after.cpuMs - before.cpuMs) / interval) * 100,
          unit: '%',
          goal: 10,
        },
        { name: `${title}: the sweep itself`, value: sweep.lastMs ?? 0, unit: 'ms' },
        { name: `daemon with ${count} nodes: memory at rest`, value: after.rssMb, unit: 'MB' },
        {
          name: `daemon with ${count} nodes: peak memory since its start`,
          value: after.peakMb,
          unit: 'MB',
          goal: 350,
        },
      ];
    } finally {
      await daemon.end();
    }
  }
}
