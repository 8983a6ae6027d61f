/** The child's end of `child.ts`. */

/** The JSON argument that this process was started with. */
export function input<T>(): T {
  return JSON.parse(process.argv[2] ?? 'null') as T;
}

/** Resolves when the message is on its way. */
export function tell(message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.send) return reject(new Error('this file is started by a bench'));
    process.send(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

/** Calls back once when the bench wants this process to end, or is gone. */
export function onEnd(work: () => Promise<void>): void {
  process.once('disconnect', () => void work().finally(() => process.exit()));
}
