/** A stream in pieces of one size; the next one is gathered while the one before is on its way. */

/** Pieces of `size` bytes, the last one shorter; nothing for an empty stream. */
export async function* inChunks(stream: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let buffer = Buffer.allocUnsafe(size);
  let used = 0;
  for await (const bytes of stream) {
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(size - used, bytes.length - at);
      buffer.set(bytes.subarray(at, at + count), used);
      used += count;
      at += count;
      if (used < size) continue;
      yield buffer;
      buffer = Buffer.allocUnsafe(size);
      used = 0;
    }
  }
  if (used > 0) yield buffer.subarray(0, used);
}

/** Asks for the next item before the present one is done with. */
export async function* ahead<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  let next = ask();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = ask();
      yield value;
    }
  } finally {
    await iterator.return?.();
  }

  /** A failure is told when its turn comes, not as a rejection that nobody has taken. */
  function ask(): Promise<IteratorResult<T>> {
    const asked = iterator.next();
    asked.catch(() => {});
    return asked;
  }
}
