/** One keyed queue: a name is worked on by one worker at a time; a name woken while it runs, runs once more. */

export interface Queue {
  wake(name: string): void;
  /** Names being worked on or waiting for a worker. */
  busy(): number;
  /** Drops all timers and waits for what is running. */
  close(): Promise<void>;
}

export interface QueueOptions {
  /** Returns when to look again (ms since the epoch), or null. */
  work(name: string): Promise<number | null>;
  /** A rejection of `work`; answers how long to wait before the name is tried again, in ms, or null for never. */
  onError(name: string, error: unknown): number | null;
  width: number;
  clock(): number;
}

/** Longest single timer; Node overflows at 2^31 ms. */
const MAX_TIMER = 24 * 3600_000;

export function createQueue({ work, onError, width, clock }: QueueOptions): Queue {
  const waiting = new Set<string>();
  const running = new Map<string, { again: boolean }>();
  const timers = new Map<string, NodeJS.Timeout>();
  let closed = false;
  const drained = Promise.withResolvers<void>();

  function wake(name: string): void {
    if (closed) return;
    const current = running.get(name);
    if (current) current.again = true;
    else {
      waiting.add(name);
      fill();
    }
  }

  function fill(): void {
    for (const name of waiting) {
      if (running.size >= width) return;
      waiting.delete(name);
      running.set(name, { again: false });
      void runOne(name);
    }
  }

  async function runOne(name: string): Promise<void> {
    clearTimeout(timers.get(name));
    timers.delete(name);
    let wakeAt: number | null = null;
    try {
      wakeAt = await work(name);
    } catch (error) {
      const pause = onError(name, error);
      wakeAt = pause === null ? null : clock() + pause;
    }
    const again = running.get(name)?.again ?? false;
    running.delete(name);
    if (closed) {
      if (running.size === 0) drained.resolve();
      return;
    }
    if (again) waiting.add(name);
    else if (wakeAt !== null) wakeLater(name, wakeAt);
    fill();
  }

  function wakeLater(name: string, time: number): void {
    const delay = Math.min(Math.max(time - clock(), 0), MAX_TIMER);
    timers.set(
      name,
      setTimeout(() => wake(name), delay),
    );
  }

  async function close(): Promise<void> {
    closed = true;
    for (const timer of timers.values()) clearTimeout(timer);
    timers.clear();
    waiting.clear();
    if (running.size > 0) await drained.promise;
  }

  return { wake, busy: () => waiting.size + running.size, close };
}
