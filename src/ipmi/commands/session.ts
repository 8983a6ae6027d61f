/** Commands around a session: privilege and close (IPMI 2.0 §22.18, §22.19). */

import { byteAt, needBytes } from '../format-error.ts';

export const CMD_SET_SESSION_PRIVILEGE = 0x3b;
export const CMD_CLOSE_SESSION = 0x3c;

export const PRIVILEGE_USER = 2;
export const PRIVILEGE_OPERATOR = 3;
export const PRIVILEGE_ADMIN = 4;

/** 0 asks for the present level without changing it. */
export function encodeSetPrivilege(level: number): Buffer {
  return Buffer.from([level]);
}

/** The level asked for, or now in force: request and answer look alike. */
export function decodeSetPrivilege(data: Buffer): number {
  needBytes(data, 1, 'Set Session Privilege Level');
  return byteAt(data, 0) & 0x0f;
}

export function encodeCloseSession(bmcId: number): Buffer {
  const data = Buffer.allocUnsafe(4);
  data.writeUInt32LE(bmcId);
  return data;
}

/** The id of the session to close. */
export function decodeCloseSession(data: Buffer): number {
  needBytes(data, 4, 'Close Session');
  return data.readUInt32LE(0);
}
