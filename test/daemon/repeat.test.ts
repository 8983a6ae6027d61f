import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { repeat } from '../../src/daemon/loops.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('works now, and again a while after each end; a failure is said and does not end it', async () => {
  const failures: unknown[] = [];
  let rounds = 0;
  const loop = repeat(
    async () => {
      rounds += 1;
      if (rounds === 2) throw new Error('oops');
    },
    () => 1_000,
    (error) => failures.push(error),
  );
  await vi.advanceTimersByTimeAsync(0);
  expect(rounds).toBe(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(rounds).toBe(3);
  expect(failures).toHaveLength(1);
  await loop.close();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(rounds).toBe(3);
});

it('closing waits for the round under way, and no other follows', async () => {
  let end = () => {};
  let rounds = 0;
  const loop = repeat(
    () =>
      new Promise<void>((resolve) => {
        rounds += 1;
        end = resolve;
      }),
    () => 10,
    () => {},
  );
  let closed = false;
  void loop.close().then(() => {
    closed = true;
  });
  await vi.advanceTimersByTimeAsync(100);
  expect(closed).toBe(false);
  end();
  await vi.advanceTimersByTimeAsync(100);
  expect(closed).toBe(true);
  expect(rounds).toBe(1);
});
