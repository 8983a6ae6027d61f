/** The boot options a simulated BMC holds, with the valid bit that expires by itself (IPMI 2.0 table 28-14). */

import {
  BOOT_FLAGS,
  BOOT_INFO_ACKNOWLEDGE,
  BOOT_SET_IN_PROGRESS,
  BOOT_VALID_CLEARING,
  type BootFlags,
  decodeBootFlags,
  encodeBootFlags,
  KEEP_AFTER_TIMEOUT,
  NO_BOOT_FLAGS,
} from '../../ipmi/commands/boot-options.ts';

const EXPIRY_MS = 60_000;

export interface BootStore {
  /** Flags in force now; a valid bit whose minute is over is gone. */
  flags(): BootFlags;
  /** What a machine does as it starts: reads the flags, and uses up those for one boot. */
  take(): BootFlags;
  /** False for a parameter that is not known, or data that is too short for it. */
  set(parameter: number, data: Buffer): boolean;
  get(parameter: number): Buffer | undefined;
  /** A Chassis Control command starts the minute anew. */
  restartExpiry(): void;
}

export function createBootStore(now: () => number): BootStore {
  let held = NO_BOOT_FLAGS;
  let since = 0;
  let clearing = 0;
  let inProgress = 0;
  let acknowledge = 0;

  function flags(): BootFlags {
    const kept = (clearing & KEEP_AFTER_TIMEOUT) !== 0;
    if (held.valid && !kept && now() - since >= EXPIRY_MS) held = { ...held, valid: false };
    return held;
  }

  return {
    flags,
    take() {
      const found = flags();
      if (!found.valid) return NO_BOOT_FLAGS;
      if (!found.persistent) held = { ...found, valid: false };
      return found;
    },
    set(parameter, data) {
      const first = data[0];
      if (first === undefined) return false;
      if (parameter === BOOT_SET_IN_PROGRESS) inProgress = first & 0x03;
      else if (parameter === BOOT_VALID_CLEARING) clearing = first & 0x1f;
      else if (parameter === BOOT_INFO_ACKNOWLEDGE && data.length >= 2) acknowledge = data[1] ?? 0;
      else if (parameter === BOOT_FLAGS && data.length >= 5) {
        held = decodeBootFlags(data);
        since = now();
      } else return false;
      return true;
    },
    get(parameter) {
      if (parameter === BOOT_SET_IN_PROGRESS) return Buffer.from([inProgress]);
      if (parameter === BOOT_VALID_CLEARING) return Buffer.from([clearing]);
      if (parameter === BOOT_INFO_ACKNOWLEDGE) return Buffer.from([0, acknowledge]);
      if (parameter === BOOT_FLAGS) return encodeBootFlags(flags());
      return undefined;
    },
    restartExpiry() {
      since = now();
    },
  };
}
