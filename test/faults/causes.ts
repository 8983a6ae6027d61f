/** Which faults explain which sentence: a node that does not end as declared must say what its fault looks like. */

import type { Fault, FaultName } from '../../src/lab/faults.ts';
import type { PowerErrorKind } from '../../src/model/power.ts';

const OF_BMC: readonly FaultName[] = [
  'bmc-silent',
  'bmc-slow',
  'bmc-lossy',
  'wrong-password',
  'session-table-full',
];

/** By what the last attempt failed of. */
const STUCK: readonly [says: RegExp, faults: readonly FaultName[]][] = [
  [/did not go off/, ['accepts-and-does-nothing', ...OF_BMC]],
  [/did not take the boot device/, OF_BMC],
  [/did not go on/, ['accepts-and-does-nothing', ...OF_BMC]],
  [/never fetched its boot script/, ['boot-flag-ignored', 'network-slow', 'bmc-lossy']],
  [/never fetched its answers/, ['network-slow']],
  [/the installer says: /, ['installer-fails']],
  [/installer did not finish in time/, ['installer-hangs', 'no-callback', 'wrong-callback', 'network-slow']],
  [/first boot from disk never reported/, ['wrong-callback', 'network-slow']],
  [/stacks were not reported ok in time/, ['network-slow']],
];

const UNREACHED: Partial<Record<PowerErrorKind, readonly FaultName[]>> = {
  unreachable: ['bmc-silent', 'bmc-lossy', 'bmc-slow'],
  timeout: ['bmc-silent', 'bmc-lossy', 'bmc-slow'],
  // Log-ins and sessions that a lost packet left behind fill the table, too.
  busy: ['session-table-full', 'bmc-lossy', 'bmc-silent'],
  auth: ['wrong-password'],
  protocol: ['bmc-lossy', 'bmc-slow'],
};

/** Faults that never end. */
export function lasting(faults: readonly Fault[]): FaultName[] {
  return faults.filter(({ until }) => until === undefined).map(({ name }) => name);
}

export function explainsStuck(sentence: string, faults: readonly FaultName[]): boolean {
  return STUCK.some(([says, causes]) => says.test(sentence) && causes.some((name) => faults.includes(name)));
}

export function explainsUnreached(kind: PowerErrorKind | null, faults: readonly FaultName[]): boolean {
  return kind !== null && (UNREACHED[kind] ?? []).some((name) => faults.includes(name));
}

/** The machine or its BMC keeps its power from being what it should. */
export function explainsPower(faults: readonly FaultName[]): boolean {
  return faults.includes('accepts-and-does-nothing') || OF_BMC.some((name) => faults.includes(name));
}
