/** What can go wrong with a machine or its BMC, when, and how often; decided by a seed. */

import type { LabClock } from './clock.ts';
import { createRandom, type Random } from './random.ts';

export const FAULTS = [
  'bmc-silent',
  'bmc-slow',
  'bmc-lossy',
  'wrong-password',
  'session-table-full',
  'accepts-and-does-nothing',
  'boot-flag-ignored',
  'installer-hangs',
  'installer-fails',
  'no-callback',
  'wrong-callback',
  'ignores-soft-off',
  'network-slow',
] as const;
export type FaultName = (typeof FAULTS)[number];

export interface Fault {
  name: FaultName;
  /** Chance of each occasion, 0 to 1: a packet, a boot, a command. Default 1; of `bmc-lossy` 0.1, at most 0.3. */
  probability?: number;
  /** Window in lab time since the rack was started, ms: from (included) until (excluded). Default always. */
  from?: number;
  until?: number;
}

export interface Faults {
  /** Whether the fault happens on this occasion. Draws from the machine's own randomness. */
  strikes(name: FaultName): boolean;
}

const MOST_LOSS = 0.3;

/**
 * The faults of one machine. Faults of its BMC draw from another stream than those of its boots: how many packets
 * a client sends must not decide what the installer does.
 */
export function createFaults(list: readonly Fault[], clock: LabClock, seed: string): Faults {
  for (const fault of list) checkFault(fault);
  if (list.length === 0) return { strikes: () => false };
  const ofBmc = createRandom(`${seed}/bmc`);
  const ofMachine = createRandom(`${seed}/machine`);
  return {
    strikes(name) {
      const elapsed = clock.elapsed();
      return list.some((fault) => {
        if (fault.name !== name || elapsed < (fault.from ?? 0)) return false;
        if (fault.until !== undefined && elapsed >= fault.until) return false;
        const probability = fault.probability ?? (name === 'bmc-lossy' ? 0.1 : 1);
        if (probability >= 1) return true;
        return (isBmcFault(name) ? ofBmc : ofMachine).next() < probability;
      });
    },
  };
}

function isBmcFault(name: FaultName): boolean {
  return name.startsWith('bmc-') || name === 'wrong-password' || name === 'session-table-full';
}

function checkFault({ name, probability, from, until }: Fault): void {
  const most = name === 'bmc-lossy' ? MOST_LOSS : 1;
  if (probability !== undefined && !(probability >= 0 && probability <= most)) {
    throw new RangeError(`probability of ${name} must be from 0 to ${most}, not ${probability}`);
  }
  if ((from ?? 0) < 0 || (until !== undefined && until < (from ?? 0))) {
    throw new RangeError(`the window of ${name} must not end before it begins`);
  }
}

const MINUTE = 60_000;

/**
 * Draws a scenario: about half of the nodes get one fault, some get two; most faults pass, some stay.
 *
 * @param nodes names; what one node gets does not depend on the others.
 */
export function drawFaults(seed: number | string, nodes: readonly string[]): Map<string, Fault[]> {
  return new Map(nodes.map((name) => [name, drawFor(createRandom(`${seed}/faults/${name}`))]));
}

function drawFor(random: Random): Fault[] {
  const draw = random.next();
  const count = draw < 0.45 ? 0 : draw < 0.85 ? 1 : 2;
  const names = new Set<FaultName>();
  while (names.size < count) names.add(random.pick(FAULTS));
  return [...names].map((name) => {
    const probability =
      name === 'bmc-lossy' ? random.between(0.02, MOST_LOSS) : random.pick([1, 1, 0.5, 0.25]);
    if (random.next() < 0.25) return { name, probability };
    const from = random.pick([0, 0, Math.round(random.between(0, 20 * MINUTE))]);
    return { name, probability, from, until: from + Math.round(random.between(MINUTE, 30 * MINUTE)) };
  });
}
