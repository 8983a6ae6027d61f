import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWaker } from '../../src/git/wake.ts';

describe('waking', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function aWaker(random = () => 0.5) {
    let hint = () => {};
    let watching = false;
    const watch = (callback: () => void) => {
      hint = callback;
      watching = true;
      return () => {
        watching = false;
      };
    };
    const waker = createWaker({ debounce: 100, pollInterval: 10_000, random, watch });
    return { waker, hint: () => hint(), watching: () => watching };
  }

  it('makes one wake-up of a burst of hints', () => {
    const { waker, hint } = aWaker();
    const callback = vi.fn();
    waker.onChange(callback);
    for (let n = 0; n < 5; n++) {
      hint();
      vi.advanceTimersByTime(50);
    }
    expect(callback).toHaveBeenCalledTimes(0);
    vi.advanceTimersByTime(50);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it.each([
    [0, 9_000],
    [0.5, 10_000],
    [0.999, 10_998],
  ])('polls with jitter: random %d, after %d ms', (random, after) => {
    const { waker } = aWaker(() => random);
    const callback = vi.fn();
    waker.onChange(callback);
    vi.advanceTimersByTime(after - 1);
    expect(callback).toHaveBeenCalledTimes(0);
    vi.advanceTimersByTime(2);
    expect(callback).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(after + 1);
    expect(callback).toHaveBeenCalledTimes(2);
  });

  it('watches while someone listens, and leaves no timer behind', () => {
    const { waker, hint, watching } = aWaker();
    const stopFirst = waker.onChange(() => {});
    const stopSecond = waker.onChange(() => {});
    stopFirst();
    expect(watching()).toBe(true);
    hint();
    stopSecond();
    expect(watching()).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    waker.onChange(() => {});
    waker.close();
    waker.onChange(() => {});
    hint();
    expect(vi.getTimerCount()).toBe(0);
  });
});
