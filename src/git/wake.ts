export interface WakerOptions {
  /** Quiet time after the last hint before the callbacks are called, in ms. */
  debounce: number;
  /** The callbacks are called this often in any case, in ms, ±10 %; what a watch misses, this finds. */
  pollInterval: number;
  /** In [0, 1). */
  random: () => number;
  /** Starts a watch that calls `hint`; called with the first callback. Returns what ends it. */
  watch?: (hint: () => void) => () => void;
}

export interface Waker {
  /** Calls back whenever there may be something new. Returns what ends it. */
  onChange(callback: () => void): () => void;
  close(): void;
}

/** Turns hints and the passing of time into wake-ups without content. Timers run only while someone listens. */
export function createWaker(options: WakerOptions): Waker {
  const callbacks = new Set<() => void>();
  let closed = false;
  let stopWatch: (() => void) | null = null;
  let poll: NodeJS.Timeout | null = null;
  let quiet: NodeJS.Timeout | null = null;

  function wake(): void {
    for (const callback of [...callbacks]) callback();
  }

  function hint(): void {
    if (callbacks.size === 0) return;
    if (quiet) clearTimeout(quiet);
    quiet = setTimeout(wake, options.debounce);
  }

  function schedule(): void {
    poll = setTimeout(
      () => {
        schedule();
        wake();
      },
      options.pollInterval * (0.9 + 0.2 * options.random()),
    );
  }

  function stop(): void {
    stopWatch?.();
    if (poll) clearTimeout(poll);
    if (quiet) clearTimeout(quiet);
    stopWatch = poll = quiet = null;
  }

  return {
    onChange(callback) {
      if (closed) return () => {};
      // A wrapper, so that one function may listen twice and each ends only its own.
      const own = () => callback();
      callbacks.add(own);
      if (callbacks.size === 1) {
        schedule();
        stopWatch = options.watch?.(hint) ?? null;
      }
      return () => {
        callbacks.delete(own);
        if (callbacks.size === 0) stop();
      };
    },
    close() {
      closed = true;
      callbacks.clear();
      stop();
    },
  };
}
