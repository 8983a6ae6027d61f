/** Waiting for something that only looking shows. */

import { setTimeout as sleep } from 'node:timers/promises';

/** Looks every `pause` ms. Rejects after `longest` ms with what was waited for. */
export async function waitUntil(
  what: string,
  reached: () => Promise<boolean> | boolean,
  { pause = 250, longest = 300_000 }: { pause?: number; longest?: number } = {},
): Promise<void> {
  const end = performance.now() + longest;
  while (!(await reached())) {
    if (performance.now() > end) throw new Error(`${what}: not reached in ${longest / 1000} s`);
    await sleep(pause);
  }
}
