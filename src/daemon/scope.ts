/** What a daemon has opened, and how all of it is closed again. */

export interface Scope {
  /** Registers what closes a part, and returns the part. */
  keep<T extends { close(): unknown }>(part: T): T;
  onClose(closer: () => unknown): void;
  /** Closes in reverse order, once; one failure does not keep the others from closing. */
  close(): Promise<void>;
}

export function createScope(): Scope {
  const closers: (() => unknown)[] = [];
  let closing: Promise<void> | null = null;

  async function closeAll(): Promise<void> {
    for (const closer of closers.splice(0).reverse()) {
      try {
        await closer();
      } catch {
        // What cannot be closed any more is closed by the end of the process.
      }
    }
  }

  return {
    keep(part) {
      closers.push(() => part.close());
      return part;
    },
    onClose: (closer) => void closers.push(closer),
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
