import { describe, expect, it } from 'vitest';
import { encodePing } from '../../src/ipmi/rmcp.ts';
import { createFaults, type Fault } from '../../src/lab/faults.ts';
import { createMachineBmc } from '../../src/lab/machine-bmc.ts';
import { createRandom } from '../../src/lab/random.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

interface Answers {
  clock: VirtualClock;
  /** Sends so many presence pings, and tells how many were answered by now. */
  ping(count: number): number;
  answered(): number;
}

function aBmc(...faults: Fault[]): Answers {
  const clock = createVirtualClock();
  const bmc = createMachineBmc({
    machine: { powerOn: () => false, control: () => 'done' },
    credentials: { username: 'admin', password: 'secret' },
    clock,
    faults: createFaults(faults, clock, '1'),
    random: createRandom('1'),
  });
  let answered = 0;
  return {
    clock,
    answered: () => answered,
    ping(count) {
      for (let i = 0; i < count; i++) bmc.handle(encodePing(i & 0x7f), () => answered++);
      return answered;
    },
  };
}

describe('the BMC of a machine', () => {
  it('answers', () => {
    expect(aBmc().ping(5)).toBe(5);
  });

  it('is silent for as long as the fault lasts', async () => {
    const bmc = aBmc({ name: 'bmc-silent', until: 60_000 });
    expect(bmc.ping(5)).toBe(0);
    await bmc.clock.advance(60_000);
    expect(bmc.ping(5)).toBe(5);
  });

  it('loses packets both ways', () => {
    const answered = aBmc({ name: 'bmc-lossy', probability: 0.3 }).ping(1_000);
    expect(answered).toBeGreaterThan(420);
    expect(answered).toBeLessThan(560);
  });

  it('answers late when it is slow', async () => {
    const bmc = aBmc({ name: 'bmc-slow' });
    expect(bmc.ping(3)).toBe(0);
    await bmc.clock.advance(3_000);
    expect(bmc.answered()).toBe(3);
  });
});
