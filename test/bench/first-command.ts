/** From `git commit` returning to the first power command arriving at the simulated BMC, by the real daemon. */

import { setTimeout as sleep } from 'node:timers/promises';
import { inventoryFor } from '../../src/lab/inventory.ts';
import { startChild } from './child.ts';
import type { RackInput, RackMessage, RackRequest } from './children/rack.ts';
import { startBenchDaemon } from './daemon.ts';
import { type BenchOptions, type Figure, quantile } from './figure.ts';
import { aPlace, CREDENTIALS } from './place.ts';
import { waitUntil } from './wait.ts';

const NODES = 12;
const SPEED = 60;
const GOAL = 1_000;

export async function benchFirstCommand({ quick, progress }: BenchOptions): Promise<Figure[]> {
  const commits = quick ? 6 : 50;
  // The policy as it is when a site says nothing: 500 ms between two commands to one BMC.
  const place = await aPlace(NODES, {});
  const rackInput: RackInput = {
    ...{ count: NODES, port: place.port, disks: 'installed', speed: SPEED },
    ...{ credentials: CREDENTIALS, tellPower: true },
  };
  const rack = startChild<RackMessage>('rack', rackInput, { longest: 900_000 });
  const latencies: number[] = [];
  try {
    await rack.next();
    const daemon = await startBenchDaemon(place);
    try {
      rack.send({ bootUrl: daemon.started.bootUrl } satisfies RackRequest);
      progress(`${NODES} machines report and settle`);
      await waitUntil('all nodes settled', async () => {
        const { phases, power } = await daemon.status();
        return phases.settled === NODES && power.on === NODES;
      });
      for (let n = 0; n < commits; n++) {
        if (n % 10 === 0) progress(`commit ${n + 1} of ${commits}`);
        latencies.push(await commitAndWait(n));
        // At no fixed distance from the daemon's own rounds, and long enough that it has to read the power again
        // before it may send a command: that costs the policy's gap of 500 ms.
        await sleep(3_000 + 1_000 * Math.random());
      }
    } finally {
      await daemon.end();
    }
  } finally {
    await rack.end();
    place.remove();
  }
  const title = 'commit to first BMC command';
  return [
    { name: `${title}: median of ${commits}`, value: quantile(latencies, 0.5), unit: 'ms' },
    { name: `${title}: p95`, value: quantile(latencies, 0.95), unit: 'ms', goal: GOAL },
    { name: `${title}: longest`, value: Math.max(...latencies), unit: 'ms' },
  ];

  /** Each node in turn is switched off; in the next round, on again. */
  async function commitAndWait(n: number): Promise<number> {
    const node = `n${(n % NODES) + 1}`;
    const power = Math.floor(n / NODES) % 2 === 0 ? 'off' : 'on';
    const file = `inventory/nodes/${node}.yaml`;
    const text = inventoryFor(NODES, { port: place.port }).get(file) ?? '';
    const changed = text.replace('\nspec:\n', `\nspec:\n  power: ${power}\n`);
    const committed = await place.commit(new Map([[file, changed]]), `${node} ${power}`);
    for (;;) {
      const message = await rack.next();
      if (message.kind === 'power' && message.node === node && message.at > committed)
        return message.at - committed;
    }
  }
}
