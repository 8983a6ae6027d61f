/** Appends of one turn of the event loop, or that came while a write was under way, share one transaction, and so one fsync. */

import { JournalError } from '../model/journal.ts';
import type { Batch } from './folded.ts';

/** A transaction of more events would keep the event loop from its callbacks for too long. */
const MOST_EVENTS = 2_000;

export interface GroupCommit {
  /** Resolves when the batch is durable and announced. */
  push(batch: Batch): Promise<void>;
  /** Writes what waits, and resolves when nothing is under way any more. Never rejects. */
  flush(): Promise<void>;
  /** Why a write failed; nothing is taken after that. */
  readonly failure: JournalError | undefined;
}

interface Waiting {
  batch: Batch;
  resolve(): void;
  reject(error: JournalError): void;
}

/**
 * `write` puts batches into one transaction or fails, and is not called again before it is done; `announce` is called for each batch that is durable, in order.
 * After a failed write every waiting batch is rejected, and every later one: memory must not run ahead of the disk.
 */
export function createGroupCommit(
  write: (batches: readonly Batch[]) => void | Promise<void>,
  announce: (batch: Batch) => void,
): GroupCommit {
  let queue: Waiting[] = [];
  let scheduled = false;
  let underWay = Promise.resolve();
  let failure: JournalError | undefined;

  function schedule(): void {
    if (scheduled || queue.length === 0) return;
    scheduled = true;
    setImmediate(async () => {
      await commitNext();
      scheduled = false;
      schedule();
    });
  }

  function commitNext(): Promise<void> {
    underWay = underWay.then(commitGroup);
    return underWay;
  }

  async function commitGroup(): Promise<void> {
    const group = queue.splice(0, groupSize(queue));
    if (group.length === 0) return;
    try {
      await write(group.map(({ batch }) => batch));
    } catch (error) {
      failure = asWriteFailure(error);
      for (const { reject } of [...group, ...queue]) reject(failure);
      queue = [];
      return;
    }
    for (const { batch, resolve } of group) {
      announce(batch);
      resolve();
    }
  }

  return {
    push: (batch) =>
      failure
        ? Promise.reject(failure)
        : new Promise((resolve, reject) => {
            queue.push({ batch, resolve, reject });
            schedule();
          }),
    async flush() {
      do await commitNext();
      while (queue.length > 0);
    },
    get failure() {
      return failure;
    },
  };
}

/** How many batches from the head of the queue go together: whole ones, at least one. */
function groupSize(queue: readonly Waiting[]): number {
  let events = 0;
  const end = queue.findIndex(({ batch }, i) => {
    events += batch.events.length;
    return i > 0 && events > MOST_EVENTS;
  });
  return end === -1 ? queue.length : end;
}

function asWriteFailure(error: unknown): JournalError {
  if (error instanceof JournalError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new JournalError('write-failed', `The journal could not be written: ${why}.`, { cause: error });
}
