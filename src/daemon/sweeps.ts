/** The steady sweep of all BMCs, and one more look at every node after it. */

import { sweepOnce } from '../observe/sweep.ts';
import type { Fleet } from './fleet.ts';
import { repeat } from './loops.ts';
import type { SweepView } from './views.ts';

interface Ports {
  fleet: Pick<Fleet, 'site'>;
  read(node: string): Promise<void>;
  wake(node: string): void;
  onError(error: unknown): void;
  clock(): number;
}

/** BMCs asked at once; the drivers keep their own caps below it. */
const WIDTH = 256;
const IDLE = 1_000;

export interface Sweeps {
  /** Sweeps as soon as the present one is over. */
  soon(): void;
  view(): SweepView;
  close(): Promise<void>;
}

export function startSweeps({ fleet, read, wake, onError, clock }: Ports): Sweeps {
  const stop = new AbortController();
  let view: SweepView = { lastAt: null, lastMs: null };
  let dueAt = 0;

  async function look(): Promise<void> {
    const site = fleet.site();
    if (!site || clock() < dueAt) return;
    dueAt = clock() + site.policy.sweepInterval;
    const startedAt = clock();
    const names = [...site.nodes.values()].filter(({ bmc }) => bmc).map(({ name }) => name);
    await sweepOnce({ nodes: () => names, read }, WIDTH, stop.signal);
    view = { lastAt: clock(), lastMs: clock() - startedAt };
    for (const name of site.nodes.keys()) wake(name);
  }

  const loop = repeat(look, () => Math.min(IDLE, Math.max(dueAt - clock(), 10)), onError);
  return {
    soon() {
      dueAt = 0;
    },
    view: () => view,
    async close() {
      stop.abort();
      await loop.close();
    },
  };
}
