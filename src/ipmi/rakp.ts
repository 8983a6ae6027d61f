/** RAKP messages 1 to 4 as bytes (IPMI 2.0 §13.20 to §13.23). What the codes in them are made of is in rakp-keys.ts. */

import { byteAt, IpmiFormatError, needBytes } from './format-error.ts';

export const MAX_USERNAME_BYTES = 16;
export const MAX_PASSWORD_BYTES = 20;
/** Look the user up by name alone, not by name and role: set by every client in use. */
export const ROLE_NAME_ONLY = 0x10;

export interface Rakp1 {
  tag: number;
  bmcId: number;
  /** 16 bytes. */
  consoleRandom: Buffer;
  /** Privilege wanted, with `ROLE_NAME_ONLY`. */
  role: number;
  username: Buffer;
}

export interface Rakp2 {
  tag: number;
  status: number;
  consoleId: number;
  /** 16 bytes each; empty when the status is not 0. */
  bmcRandom: Buffer;
  guid: Buffer;
  code: Buffer;
}

/** RAKP 3 (towards the BMC) and RAKP 4 (towards the console) have one form. */
export interface RakpCode {
  tag: number;
  status: number;
  /** The receiver's session id. */
  sessionId: number;
  code: Buffer;
}

export function encodeRakp1(message: Rakp1): Buffer {
  const bytes = Buffer.alloc(28 + message.username.length);
  bytes[0] = message.tag;
  bytes.writeUInt32LE(message.bmcId, 4);
  message.consoleRandom.copy(bytes, 8, 0, 16);
  bytes[24] = message.role;
  bytes[27] = message.username.length;
  message.username.copy(bytes, 28);
  return bytes;
}

export function decodeRakp1(bytes: Buffer): Rakp1 {
  needBytes(bytes, 28, 'RAKP 1');
  const length = byteAt(bytes, 27);
  if (length > MAX_USERNAME_BYTES) throw new IpmiFormatError(`RAKP 1 with a user name of ${length} bytes`);
  needBytes(bytes, 28 + length, 'RAKP 1 with its user name');
  return {
    tag: byteAt(bytes, 0),
    bmcId: bytes.readUInt32LE(4),
    consoleRandom: bytes.subarray(8, 24),
    role: byteAt(bytes, 24),
    username: bytes.subarray(28, 28 + length),
  };
}

export function encodeRakp2(message: Rakp2): Buffer {
  const head = encodeRakpCode({ ...message, sessionId: message.consoleId, code: Buffer.alloc(0) });
  if (message.status !== 0) return head;
  return Buffer.concat([head, message.bmcRandom, message.guid, message.code]);
}

/** `codeLength` is the suite's. Throws IpmiFormatError when a good answer is short. */
export function decodeRakp2(bytes: Buffer, codeLength: number): Rakp2 {
  needBytes(bytes, 8, 'RAKP 2');
  const status = byteAt(bytes, 1);
  if (status === 0) needBytes(bytes, 40 + codeLength, 'RAKP 2');
  return {
    tag: byteAt(bytes, 0),
    status,
    consoleId: bytes.readUInt32LE(4),
    bmcRandom: bytes.subarray(8, 24),
    guid: bytes.subarray(24, 40),
    code: bytes.subarray(40, 40 + codeLength),
  };
}

export function encodeRakpCode(message: RakpCode): Buffer {
  const bytes = Buffer.alloc(8 + message.code.length);
  bytes[0] = message.tag;
  bytes[1] = message.status;
  bytes.writeUInt32LE(message.sessionId, 4);
  message.code.copy(bytes, 8);
  return bytes;
}

/** `codeLength`: the suite's whole code for RAKP 3, its short code for RAKP 4. */
export function decodeRakpCode(bytes: Buffer, codeLength: number): RakpCode {
  needBytes(bytes, 8, 'RAKP message');
  const status = byteAt(bytes, 1);
  if (status === 0) needBytes(bytes, 8 + codeLength, 'RAKP message with its code');
  return {
    tag: byteAt(bytes, 0),
    status,
    sessionId: bytes.readUInt32LE(4),
    code: status === 0 ? bytes.subarray(8, 8 + codeLength) : Buffer.alloc(0),
  };
}
