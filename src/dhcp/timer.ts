/** When the work is done next; it never runs twice at once. */

export interface Timer {
  /** Lets the work begin in so many ms, or sooner where it was to begin sooner; while it runs, behind it. */
  within(ms: number): void;
  /** Resolves when work under way has ended; it does not begin again. */
  close(): Promise<void>;
}

/** The work must not reject. */
export function createTimer(work: () => Promise<void>): Timer {
  let due: { at: number; timer: NodeJS.Timeout } | null = null;
  let running: Promise<void> | null = null;
  let later: number | null = null;
  let closed = false;

  function begin(): void {
    due = null;
    // Behind the assignment: what the work asks for at once must find it running.
    running = Promise.resolve()
      .then(work)
      .finally(() => {
        running = null;
        if (later === null) return;
        const ms = later - performance.now();
        later = null;
        within(Math.max(0, ms));
      });
  }

  function within(ms: number): void {
    if (closed) return;
    const at = performance.now() + ms;
    if (running) {
      later = later === null ? at : Math.min(later, at);
      return;
    }
    if (due && due.at <= at) return;
    if (due) clearTimeout(due.timer);
    due = { at, timer: setTimeout(begin, ms) };
  }

  return {
    within,
    async close() {
      closed = true;
      if (due) clearTimeout(due.timer);
      due = null;
      later = null;
      await running;
    },
  };
}
