/** The sweep: every BMC is asked for its power state, many at a time, once per interval. */

export interface SweepPorts {
  /** Names to ask, newest list each time. */
  nodes(): Iterable<string>;
  read(node: string): Promise<void>;
}

/** Asks all BMCs once, at most `width` at a time. Resolves when the last has answered or failed. */
export async function sweepOnce(
  { nodes, read }: SweepPorts,
  width: number,
  signal?: AbortSignal,
): Promise<void> {
  const names = nodes()[Symbol.iterator]();
  async function lane(): Promise<void> {
    for (let next = names.next(); !next.done && !signal?.aborted; next = names.next()) await read(next.value);
  }
  await Promise.all(Array.from({ length: width }, lane));
}
