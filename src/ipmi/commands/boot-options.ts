/** Set and Get System Boot Options, and the boot flags in parameter 5 (IPMI 2.0 §28.12 to §28.14). */

import { byteAt, needBytes } from '../format-error.ts';

export const CMD_SET_BOOT_OPTIONS = 0x08;
export const CMD_GET_BOOT_OPTIONS = 0x09;

export const BOOT_SET_IN_PROGRESS = 0;
/** When the BMC clears the valid bit of the boot flags by itself. */
export const BOOT_VALID_CLEARING = 3;
export const BOOT_INFO_ACKNOWLEDGE = 4;
export const BOOT_FLAGS = 5;
/** In BOOT_VALID_CLEARING: do not clear them when no Chassis Control follows within 60 s. */
export const KEEP_AFTER_TIMEOUT = 0x08;

export type BootDevice = 'none' | 'pxe' | 'disk' | 'safe-disk' | 'diagnostic' | 'cdrom' | 'setup' | 'other';

/** In the order of their numbers 0-6 (table 28-14, parameter 5, data 2). */
const DEVICES: readonly BootDevice[] = ['none', 'pxe', 'disk', 'safe-disk', 'diagnostic', 'cdrom', 'setup'];
const DEVICE_OTHER = 0x0f;

export interface BootFlags {
  valid: boolean;
  /** For every boot from now on, not only the next. */
  persistent: boolean;
  efi: boolean;
  device: BootDevice;
}

export const NO_BOOT_FLAGS: BootFlags = { valid: false, persistent: false, efi: false, device: 'none' };

export interface BootParameter {
  /** 0-127. */
  parameter: number;
  data: Buffer;
}

export function encodeSetBootOptions(parameter: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([parameter & 0x7f]), data]);
}

export function decodeSetBootOptions(data: Buffer): BootParameter {
  needBytes(data, 1, 'Set System Boot Options');
  return { parameter: byteAt(data, 0) & 0x7f, data: data.subarray(1) };
}

export function encodeGetBootOptions(parameter: number): Buffer {
  return Buffer.from([parameter & 0x7f, 0, 0]);
}

/** The parameter asked for. */
export function decodeGetBootOptions(data: Buffer): number {
  needBytes(data, 3, 'Get System Boot Options');
  return byteAt(data, 0) & 0x7f;
}

export function encodeBootOptions({ parameter, data }: BootParameter): Buffer {
  return Buffer.concat([Buffer.from([0x01, parameter & 0x7f]), data]);
}

export function decodeBootOptions(data: Buffer): BootParameter {
  needBytes(data, 2, 'System Boot Options');
  return { parameter: byteAt(data, 1) & 0x7f, data: data.subarray(2) };
}

export function encodeBootFlags(flags: BootFlags): Buffer {
  const known = DEVICES.indexOf(flags.device);
  const bits = (flags.valid ? 0x80 : 0) | (flags.persistent ? 0x40 : 0) | (flags.efi ? 0x20 : 0);
  return Buffer.from([bits, (known < 0 ? DEVICE_OTHER : known) << 2, 0, 0, 0]);
}

export function decodeBootFlags(data: Buffer): BootFlags {
  needBytes(data, 2, 'Boot flags');
  const bits = byteAt(data, 0);
  return {
    valid: (bits & 0x80) !== 0,
    persistent: (bits & 0x40) !== 0,
    efi: (bits & 0x20) !== 0,
    device: DEVICES[(byteAt(data, 1) >> 2) & 0x0f] ?? 'other',
  };
}
