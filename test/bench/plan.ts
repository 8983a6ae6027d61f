/** A commit of three files in a site of 10,000 nodes, to its plan. */

import { inventoryFor } from '../../src/lab/inventory.ts';
import { startChild } from './child.ts';
import type { PlanInput, PlanMessage } from './children/plan.ts';
import { type BenchOptions, type Figure, median } from './figure.ts';
import { aPlace, epochNow, GIT_ENV, type Place } from './place.ts';
import { fillSettled } from './store.ts';

const WARM_GOAL = 1_000;
const COLD_GOAL = 4_000;

export async function benchPlan({ quick, progress }: BenchOptions): Promise<Figure[]> {
  const count = quick ? 1_000 : 10_000;
  const rounds = quick ? 1 : 3;
  progress(`a site of ${count} nodes`);
  const place = await aPlace(count, {});
  const cold: number[] = [];
  const cpu: number[] = [];
  const warm: number[] = [];
  let peakMb = 0;
  try {
    await fillSettled(place, count);
    const files = inventoryFor(count);
    for (let round = 1; round <= rounds; round++) {
      progress(`round ${round} of ${rounds}: a new process`);
      const start = await commitThree(place, files, 2 * round);
      const { repository, dataDir } = place.settings;
      const input: PlanInput = { repository, dataDir, store: place.store };
      const child = startChild<PlanMessage>('plan', input, { env: GIT_ENV, longest: 60_000 });
      try {
        cpu.push(check(await child.next()).cpuMs);
        cold.push(epochNow() - start);
        progress(`round ${round} of ${rounds}: the next commit in it`);
        const again = await commitThree(place, files, 2 * round + 1);
        child.send({});
        peakMb = Math.max(peakMb, check(await child.next()).peakMb);
        warm.push(epochNow() - again);
      } finally {
        await child.end();
      }
    }
  } finally {
    place.remove();
  }
  const title = `3 files of ${count.toLocaleString('en')} committed, to the plan`;
  const note = 'the new process reads and plans both the commit and the one before it';
  return [
    { name: `${title}: cold, a new process`, value: median(cold), unit: 'ms', goal: COLD_GOAL, note },
    { name: `${title}: cold, CPU of the process`, value: median(cpu), unit: 'ms' },
    { name: `${title}: warm`, value: median(warm), unit: 'ms', goal: WARM_GOAL },
    { name: `${title}: peak memory`, value: peakMb, unit: 'MB' },
  ];
}

/** When it was committed. Asks three nodes to be installed again. */
async function commitThree(
  place: Place,
  files: ReadonlyMap<string, string>,
  generation: number,
): Promise<number> {
  const changed = ['n7', 'n77', 'n777'].map((name) => {
    const file = `inventory/nodes/${name}.yaml`;
    const text = files.get(file) ?? '';
    return [file, text.replace('\nspec:\n', `\nspec:\n  install:\n    generation: ${generation}\n`)] as const;
  });
  return place.commit(new Map(changed), `generation ${generation}`);
}

function check(message: PlanMessage): PlanMessage {
  if (message.destroys !== 3) throw new Error(`the plan reinstalls ${message.destroys} nodes, not 3`);
  return message;
}
