import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createQueue, type QueueOptions } from '../../src/daemon/queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A queue whose work is ended by the test. */
function aQueue(change: Partial<QueueOptions> = {}) {
  const started: string[] = [];
  const ends = new Map<string, (wakeAt: number | null | Error) => void>();
  const queue = createQueue({
    work: (name) =>
      new Promise((resolve, reject) => {
        started.push(name);
        ends.set(name, (end) => (end instanceof Error ? reject(end) : resolve(end)));
      }),
    onError: () => null,
    width: 2,
    clock: Date.now,
    ...change,
  });
  async function end(name: string, wakeAt: number | null | Error = null): Promise<void> {
    ends.get(name)?.(wakeAt);
    await vi.advanceTimersByTimeAsync(0);
  }
  return { queue, started, end };
}

it('a name is worked on by one worker at a time; woken while it runs, it runs once more', async () => {
  const { queue, started, end } = aQueue();
  for (let i = 0; i < 5; i++) queue.wake('a');
  expect(started).toEqual(['a']);
  for (let i = 0; i < 5; i++) queue.wake('a');
  await end('a');
  expect(started).toEqual(['a', 'a']);
  await end('a');
  expect(started).toHaveLength(2);
  expect(queue.busy()).toBe(0);
});

it('no more workers than its width, in the order of waking', async () => {
  const { queue, started, end } = aQueue();
  for (const name of ['a', 'b', 'c', 'd', 'c']) queue.wake(name);
  expect(started).toEqual(['a', 'b']);
  expect(queue.busy()).toBe(4);
  await end('b');
  expect(started).toEqual(['a', 'b', 'c']);
  await end('a');
  expect(started).toEqual(['a', 'b', 'c', 'd']);
});

it('a name looks again when it asked to, once, and an earlier wake takes the timer away', async () => {
  const { queue, started, end } = aQueue();
  queue.wake('a');
  await end('a', Date.now() + 1_000);
  await vi.advanceTimersByTimeAsync(999);
  expect(started).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(started).toHaveLength(2);
  await end('a', Date.now() + 1_000);
  queue.wake('a');
  expect(started).toHaveLength(3);
  await end('a');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(started).toHaveLength(3);
});

it('a time that has passed is now, and one beyond what a timer can hold does not fire at once', async () => {
  const { queue, started, end } = aQueue();
  queue.wake('a');
  await end('a', Date.now() - 1_000_000);
  await vi.advanceTimersByTimeAsync(1);
  expect(started).toHaveLength(2);
  await end('a', Date.now() + 365 * 86_400_000);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(started).toHaveLength(2);
});

it('work that fails is tried again after the pause it is given, or not at all', async () => {
  const failed: unknown[] = [];
  const { queue, started, end } = aQueue({
    onError: (name, error) => {
      failed.push([name, error]);
      return name === 'a' ? 10_000 : null;
    },
  });
  queue.wake('a');
  queue.wake('b');
  const error = new Error('oops');
  await end('a', error);
  await end('b', error);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(started).toEqual(['a', 'b', 'a']);
  expect(failed).toEqual([
    ['a', error],
    ['b', error],
  ]);
});

it('closing drops what waits, and waits for what runs, however often it is asked', async () => {
  const { queue, started, end } = aQueue({ width: 1 });
  queue.wake('a');
  queue.wake('b');
  let closed = 0;
  for (let i = 0; i < 2; i++) void queue.close().then(() => closed++);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(closed).toBe(0);
  queue.wake('c');
  await end('a', Date.now() + 1);
  expect(closed).toBe(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(started).toEqual(['a']);
});
