/** Small loops that own time. */

/** Runs `work` now and then again `pause()` ms after it has ended, until closed. A rejection goes to `onError`. */
export function repeat(
  work: () => Promise<void>,
  pause: () => number,
  onError: (error: unknown) => void,
): { close(): Promise<void> } {
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  let running: Promise<void> = Promise.resolve();

  function round(): void {
    running = work()
      .catch(onError)
      .then(() => {
        if (!closed) timer = setTimeout(round, pause());
      });
  }
  round();

  return {
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}

/** Calls `work` once, `pause` ms after the first of many calls; never again once it is closed. */
export function debounce(work: () => void, pause: number): { call(): void; close(): void } {
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  return {
    call() {
      if (closed) return;
      timer ??= setTimeout(() => {
        timer = null;
        work();
      }, pause);
    },
    close() {
      closed = true;
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}

/** Calls `work` at once, and after many calls once more: never twice within `pause` ms, and never again once it is closed. */
export function throttle(work: () => void, pause: number): { call(): void; close(): void } {
  let timer: NodeJS.Timeout | null = null;
  let again = false;
  let closed = false;

  function call(): void {
    if (closed) return;
    again = timer !== null;
    if (timer) return;
    timer = setTimeout(() => {
      timer = null;
      if (again) call();
    }, pause);
    work();
  }

  return {
    call,
    close() {
      closed = true;
      if (timer) clearTimeout(timer);
    },
  };
}
