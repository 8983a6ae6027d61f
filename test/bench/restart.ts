/** A daemon that was killed, started again on a store with a long history. */

import { statSync } from 'node:fs';
import { startBenchDaemon } from './daemon.ts';
import { type BenchOptions, type Figure, median } from './figure.ts';
import { aPlace } from './place.ts';
import { fillSettled } from './store.ts';

const GOAL = 2_000;

export async function benchRestart({ quick, progress }: BenchOptions): Promise<Figure[]> {
  const events = quick ? 100_000 : 1_000_000;
  const figures: Figure[] = [];
  for (const count of quick ? [1_000] : [1_000, 10_000]) {
    figures.push(...(await restartOf(count, events, quick ? 1 : 3, progress)));
  }
  return figures;
}

async function restartOf(
  count: number,
  events: number,
  rounds: number,
  progress: (text: string) => void,
): Promise<Figure[]> {
  progress(`${events} events of ${count} nodes`);
  const place = await aPlace(count, {});
  const answering: number[] = [];
  const inForce: number[] = [];
  let megabytes = 0;
  try {
    await fillSettled(place, events);
    megabytes = statSync(place.store).size / 2 ** 20;
    for (let round = 1; round <= rounds; round++) {
      progress(`round ${round} of ${rounds}`);
      const daemon = await startBenchDaemon(place);
      answering.push(daemon.started.at);
      inForce.push((await daemon.site()).at);
      await daemon.kill();
    }
  } finally {
    place.remove();
  }
  const title = `restart with ${events / 1e6} M events, ${count.toLocaleString('en')} nodes`;
  const note = `from the start of the process; store of ${Math.round(megabytes)} MB, in the page cache`;
  return [
    { name: `${title}: it answers`, value: median(answering), unit: 'ms', goal: GOAL, note },
    { name: `${title}: its site is in force`, value: median(inForce), unit: 'ms' },
  ];
}
