import { describe, expect, it } from 'vitest';
import type { HttpPort } from '../../src/lab/http-port.ts';
import { createRun, PowerLost } from '../../src/lab/run.ts';
import { createVirtualClock } from './virtual-clock.ts';

const REQUEST = { method: 'GET', url: 'http://boot.test/' } as const;

describe('a run', () => {
  it('ends a sleep, and its timer, with the power', async () => {
    const clock = createVirtualClock();
    const run = createRun(clock, async () => ({ status: 200, text: '' }));
    const asleep = run.sleep(1_000);
    run.cancel();
    await expect(asleep).rejects.toThrow(PowerLost);
    expect(clock.pending()).toBe(0);
    await expect(run.sleep(1)).rejects.toThrow(PowerLost);
  });

  it('aborts a request with the power', async () => {
    let signal: AbortSignal | undefined;
    const never: HttpPort = (request) => {
      signal = request.signal;
      return new Promise(() => {});
    };
    const run = createRun(createVirtualClock(), never);
    const asking = run.request(REQUEST);
    run.cancel();
    await expect(asking).rejects.toThrow(PowerLost);
    expect(signal?.aborted).toBe(true);
  });

  it('gives null where nothing answers', async () => {
    const run = createRun(createVirtualClock(), async () => {
      throw new Error('connect ECONNREFUSED');
    });
    expect(await run.request(REQUEST)).toBeNull();
  });
});
