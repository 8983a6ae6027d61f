/** A fault as written on a command line. */

import { FAULTS, type Fault, type FaultName } from './faults.ts';

export interface FaultOption {
  /** Name of a machine, or `all`. */
  machine: string;
  fault: Fault;
}

const FORM = /^([a-z0-9-]+)=([a-z-]+)(?::([0-9.]+))?(?:@([0-9]+[smh]?)?-([0-9]+[smh]?)?)?$/;
const UNIT: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Reads `MACHINE=FAULT[:PROBABILITY][@FROM-UNTIL]`: `n3=bmc-silent`, `all=bmc-lossy:0.2`,
 * `n5=installer-hangs@0-20m` (lab time, seconds without a unit). Throws RangeError saying what is wrong.
 */
export function readFaultOption(text: string): FaultOption {
  const [, machine = '', name = '', probability, from, until] = FORM.exec(text) ?? [];
  if (machine === '') {
    throw new RangeError(
      `fault "${text}": write MACHINE=FAULT[:PROBABILITY][@FROM-UNTIL], as n3=bmc-silent@0-20m`,
    );
  }
  if (!isFaultName(name)) throw new RangeError(`no fault "${name}"; one of ${FAULTS.join(', ')}`);
  const fault: Fault = { name };
  if (probability !== undefined) fault.probability = Number(probability);
  if (from !== undefined) fault.from = readTime(from);
  if (until !== undefined) fault.until = readTime(until);
  return { machine, fault };
}

function isFaultName(name: string): name is FaultName {
  return (FAULTS as readonly string[]).includes(name);
}

function readTime(text: string): number {
  return Number.parseInt(text, 10) * (UNIT[text.at(-1) ?? ''] ?? 1_000);
}
