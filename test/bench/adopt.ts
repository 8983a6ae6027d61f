/** The daemon's first day: an empty store, and every machine reports at once what it carries. */

import { startChild } from './child.ts';
import type { RackInput, RackMessage, RackRequest } from './children/rack.ts';
import { startBenchDaemon } from './daemon.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { aPlace, CREDENTIALS } from './place.ts';
import { waitUntil } from './wait.ts';

const SPEED = 60;

export async function benchAdopt({ quick, progress }: BenchOptions): Promise<Figure[]> {
  const count = quick ? 1_000 : 10_000;
  const place = await aPlace(count, {});
  const rackInput: RackInput = {
    ...{ count, port: place.port, disks: 'installed', speed: SPEED, credentials: CREDENTIALS },
    // One report, and the one after its stacks were applied.
    times: { report: 300_000 * SPEED },
  };
  const rack = startChild<RackMessage>('rack', rackInput, { longest: 600_000 });
  try {
    await rack.next();
    progress(`${count} machines boot and report`);
    const daemon = await startBenchDaemon(place);
    try {
      rack.send({ bootUrl: daemon.started.bootUrl } satisfies RackRequest);
      await daemon.site();
      const before = await daemon.usage();
      const start = performance.now();
      await waitUntil(
        'all nodes adopted',
        async () => {
          const { phases, power } = await daemon.status();
          return phases.settled === count && power.on === count;
        },
        { pause: 1_000 },
      );
      const took = (performance.now() - start) / 1_000;
      const after = await daemon.usage();
      const title = `${count.toLocaleString('en')} machines adopted on an empty store`;
      const note = `each also applies its stacks in place, which takes it ${(10 / SPEED).toFixed(2)} s`;
      return [
        { name: title, value: took, unit: 's', note },
        {
          name: `${title}: CPU of the daemon per machine`,
          value: (after.cpuMs - before.cpuMs) / count,
          unit: 'ms',
        },
        { name: `${title}: peak memory of the daemon`, value: after.peakMb, unit: 'MB' },
      ];
    } finally {
      await daemon.end();
    }
  } finally {
    await rack.end();
    place.remove();
  }
}
