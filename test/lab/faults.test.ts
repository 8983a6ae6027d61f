import { describe, expect, it } from 'vitest';
import { createFaults, drawFaults, FAULTS, type Fault } from '../../src/lab/faults.ts';
import { createRandom } from '../../src/lab/random.ts';
import { createVirtualClock } from './virtual-clock.ts';

const NODES = Array.from({ length: 12 }, (_, i) => `n${i + 1}`);

describe('faults', () => {
  it('strike inside their window only', async () => {
    const clock = createVirtualClock();
    const faults = createFaults([{ name: 'bmc-silent', from: 1_000, until: 2_000 }], clock, '1');
    const seen: boolean[] = [];
    for (let i = 0; i < 4; i++) {
      seen.push(faults.strikes('bmc-silent'));
      await clock.advance(700);
    }
    expect(seen).toEqual([false, false, true, false]);
    expect(faults.strikes('bmc-slow')).toBe(false);
  });

  it('strike about as often as their probability says', () => {
    const faults = createFaults([{ name: 'bmc-lossy', probability: 0.3 }], createVirtualClock(), '1');
    const lost = Array.from({ length: 2_000 }, () => faults.strikes('bmc-lossy')).filter(Boolean).length;
    expect(lost).toBeGreaterThan(500);
    expect(lost).toBeLessThan(700);
  });

  it('of a BMC do not move those of the machine', () => {
    const list: Fault[] = [
      { name: 'bmc-lossy', probability: 0.3 },
      { name: 'installer-fails', probability: 0.5 },
    ];
    function drawsAfter(packets: number): boolean[] {
      const faults = createFaults(list, createVirtualClock(), '7');
      for (let i = 0; i < packets; i++) faults.strikes('bmc-lossy');
      return Array.from({ length: 20 }, () => faults.strikes('installer-fails'));
    }
    expect(drawsAfter(0)).toEqual(drawsAfter(13));
  });

  it.each([
    { name: 'bmc-lossy', probability: 0.5 },
    { name: 'bmc-silent', probability: -1 },
    { name: 'bmc-slow', from: 5, until: 4 },
  ] as Fault[])('refuse $name out of bounds', (fault) => {
    expect(() => createFaults([fault], createVirtualClock(), '1')).toThrow(RangeError);
  });
});

describe('drawFaults', () => {
  it('gives the same scenario for the same seed, node by node', () => {
    expect(drawFaults(7, NODES)).toEqual(drawFaults(7, NODES));
    expect(drawFaults(7, NODES).get('n3')).toEqual(drawFaults(7, ['n3']).get('n3'));
    expect(drawFaults(7, NODES)).not.toEqual(drawFaults(8, NODES));
  });

  it('draws every fault sooner or later, all within bounds, and leaves many nodes sound', () => {
    const all = Array.from({ length: 200 }, (_, seed) => [...drawFaults(seed, NODES).values()]).flat();
    expect(new Set(all.flat().map(({ name }) => name))).toEqual(new Set(FAULTS));
    expect(() => createFaults(all.flat(), createVirtualClock(), '1')).not.toThrow();
    expect(all.filter((list) => list.length === 0).length / all.length).toBeCloseTo(0.45, 1);
  });
});

describe('createRandom', () => {
  it('repeats itself for a seed, and only for it', () => {
    const [a, b, c] = ['1/n1', '1/n1', '1/n2'].map((seed) => createRandom(seed).hex(16));
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });

  it('is spread evenly enough', () => {
    const random = createRandom('spread');
    const mean =
      Array.from({ length: 10_000 }, () => random.between(2, 4)).reduce((sum, x) => sum + x, 0) / 10_000;
    expect(mean).toBeCloseTo(3, 1);
  });
});
