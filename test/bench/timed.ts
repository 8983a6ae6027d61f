/** A peer's program, with what it costs. */

import { execa } from 'execa';

export interface Timed {
  wallMs: number;
  cpuMs: number;
}

/** Runs it to its end; rejects when it fails. Takes program and arguments. */
export async function timed(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Timed> {
  const start = performance.now();
  // "times" of bash answers what its children took, to the millisecond.
  const { stderr } = await execa('bash', ['-c', '"$@" || exit 1; times >&2', 'bash', ...words], {
    ...{ timeout: 300_000, maxBuffer: 64 << 20 },
    env,
  });
  return { wallMs: performance.now() - start, cpuMs: childrenTimes(stderr) };
}

/** The second line of bash's `times`: `0m0.150s 0m0.680s`. Takes all that was written to stderr; in ms. */
export function childrenTimes(text: string): number {
  const times = text.trim().split('\n').at(-1) ?? '';
  return [...times.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  );
}
