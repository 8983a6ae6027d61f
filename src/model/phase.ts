/** A node's life (docs/architecture.md). */

export const PHASES = [
  'found',
  'settled',
  'held',
  'arming',
  'booting',
  'installing',
  'restarting',
  'configuring',
  'stuck',
] as const;
export type Phase = (typeof PHASES)[number];

/** Phases in which an install attempt is under way. */
const BUSY: ReadonlySet<Phase> = new Set(['arming', 'booting', 'installing', 'restarting', 'configuring']);

export function isBusy(phase: Phase): boolean {
  return BUSY.has(phase);
}

export type PowerState = 'on' | 'off' | 'unknown';
export type PowerOp = 'on' | 'off' | 'soft-off' | 'reset';
