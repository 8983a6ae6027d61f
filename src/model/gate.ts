/** Lets so many in at once; the others wait in the order they came. */

export interface Gate {
  /** Resolves with the way out, to be called once. */
  enter(): Promise<() => void>;
  /** Goes in, works, and leaves whatever comes of it. */
  within<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate(places: number): Gate {
  const waiting: (() => void)[] = [];
  let free = places;

  function leave(): void {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }

  async function enter(): Promise<() => void> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return leave;
  }

  return {
    enter,
    async within(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
