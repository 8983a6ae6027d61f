import { describe, expect, it, vi } from 'vitest';
import { debounce } from '../../src/daemon/loops.ts';

describe('debounce', () => {
  it('answers many calls by one, and none once it is closed', () => {
    vi.useFakeTimers();
    try {
      const calls: number[] = [];
      const calm = debounce(() => calls.push(Date.now()), 20);
      calm.call();
      calm.call();
      vi.advanceTimersByTime(50);
      expect(calls).toHaveLength(1);
      calm.call();
      calm.close();
      // What is under way at the end may still have something to say.
      calm.call();
      vi.advanceTimersByTime(50);
      expect(calls).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
