/** What a machine went through, for a test or a person to read. */

import type { ChassisOp } from '../ipmi/commands/chassis.ts';

export type MachineState =
  | 'off'
  | 'post'
  | 'network-boot'
  | 'installing'
  /** The installer failed, hangs or waits for an answer it never gets. */
  | 'installer-stopped'
  | 'disk-boot'
  | 'running'
  | 'shutting-down'
  /** A boot script that cannot be carried out; someone would have to press a key. */
  | 'prompt'
  | 'no-boot-device';

export type Happening =
  /** `ignored`: accepted by the BMC, without effect. `refused`: not possible in this state. */
  | { kind: 'power'; command: ChassisOp; effect: 'done' | 'none-needed' | 'ignored' | 'refused' }
  | { kind: 'state'; state: MachineState; why?: string }
  /** A boot script was asked for; `status` null when nothing answered. */
  | { kind: 'boot-script'; status: number | null; answer: 'installer' | 'local-disk' | 'unusable' | 'none' }
  | { kind: 'answers'; status: number | null }
  /** The disk was emptied. `lost` is the install it carried. */
  | { kind: 'wipe'; installId: string; lost: string | null }
  | { kind: 'installed'; installId: string }
  | { kind: 'fault'; fault: string };

export type HistoryEntry = Happening & {
  /** ms since the epoch. */
  at: number;
};

/** Entries of one kind, oldest first. */
export function entriesOf<K extends Happening['kind']>(
  history: readonly HistoryEntry[],
  kind: K,
): Extract<HistoryEntry, { kind: K }>[] {
  return history.filter((entry): entry is Extract<HistoryEntry, { kind: K }> => entry.kind === kind);
}
