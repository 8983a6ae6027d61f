/** Payloads inside an RMCP+ session: enciphered and signed on the way out, checked and deciphered on the way in. */

import { createCipheriv, createDecipheriv, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { CipherSuite } from './cipher-suite.ts';
import { IpmiFormatError } from './format-error.ts';
import {
  FLAG_AUTHENTICATED,
  FLAG_ENCRYPTED,
  PLUS_HEADER_LENGTH,
  type PlusPacket,
  writePlusHeader,
} from './packet.ts';
import { RMCP_HEADER_LENGTH } from './rmcp.ts';

const BLOCK = 16;
/** "Next header", fixed (IPMI 2.0 table 13-8). */
const NEXT_HEADER = 0x07;

/** Keys as objects: node:crypto is several times faster with them than with bytes. */
export interface SessionKeys {
  suite: CipherSuite;
  /** K1, whole. */
  integrity: KeyObject;
  /** The first 16 bytes of K2. */
  cipher: KeyObject;
}

/**
 * A packet with an enciphered and signed payload (§13.28.4, §13.29). `sessionId` is the receiver's, `iv` 16 fresh
 * random bytes.
 */
export function seal(
  keys: SessionKeys,
  payloadType: number,
  sessionId: number,
  sequence: number,
  message: Buffer,
  iv: Buffer,
): Buffer {
  const enciphered = encipher(keys.cipher, message, iv);
  const length = BLOCK + enciphered.length;
  const signedEnd = PLUS_HEADER_LENGTH + length + 2;
  const padding = -signedEnd & 3;
  const packet = Buffer.allocUnsafe(RMCP_HEADER_LENGTH + signedEnd + padding + keys.suite.shortCodeLength);
  writePlusHeader(packet, payloadType | FLAG_ENCRYPTED | FLAG_AUTHENTICATED, sessionId, sequence, length);
  let at = RMCP_HEADER_LENGTH + PLUS_HEADER_LENGTH;
  iv.copy(packet, at, 0, BLOCK);
  enciphered.copy(packet, at + BLOCK);
  at += length;
  packet.fill(0xff, at, at + padding);
  packet[at + padding] = padding;
  packet[at + padding + 1] = NEXT_HEADER;
  at += padding + 2;
  hmac(keys, packet.subarray(RMCP_HEADER_LENGTH, at)).copy(packet, at, 0, keys.suite.shortCodeLength);
  return packet;
}

/** The message in a session packet. Throws IpmiFormatError unless it is signed, enciphered and intact. */
export function open(keys: SessionKeys, packet: PlusPacket): Buffer {
  if (!packet.authenticated || !packet.encrypted) {
    throw new IpmiFormatError('a session packet that is not both signed and enciphered');
  }
  const signedEnd = packet.covered.length - keys.suite.shortCodeLength;
  if (signedEnd < PLUS_HEADER_LENGTH + packet.payload.length + 2) {
    throw new IpmiFormatError('a session packet without its integrity code');
  }
  const expected = hmac(keys, packet.covered.subarray(0, signedEnd)).subarray(0, keys.suite.shortCodeLength);
  if (!timingSafeEqual(expected, packet.covered.subarray(signedEnd))) {
    throw new IpmiFormatError('a session packet with a wrong integrity code');
  }
  return decipher(keys.cipher, packet.payload);
}

function hmac(keys: SessionKeys, bytes: Buffer): Buffer {
  return createHmac(keys.suite.hash, keys.integrity).update(bytes).digest();
}

/** AES-CBC-128 with the padding 1, 2, 3 … and its length (table 13-20). */
function encipher(key: SessionKeys['cipher'], message: Buffer, iv: Buffer): Buffer {
  const padding = -(message.length + 1) & (BLOCK - 1);
  const plain = Buffer.allocUnsafe(message.length + padding + 1);
  message.copy(plain);
  for (let n = 1; n <= padding; n++) plain[message.length + n - 1] = n;
  plain[plain.length - 1] = padding;
  // Whole blocks with auto padding off: `update` gives all of it, `final` would add nothing.
  return createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false).update(plain);
}

function decipher(key: SessionKeys['cipher'], payload: Buffer): Buffer {
  if (payload.length < 2 * BLOCK || payload.length % BLOCK !== 0) {
    throw new IpmiFormatError(`an enciphered payload of ${payload.length} bytes`);
  }
  const plain = createDecipheriv('aes-128-cbc', key, payload.subarray(0, BLOCK))
    .setAutoPadding(false)
    .update(payload.subarray(BLOCK));
  const padding = plain[plain.length - 1] ?? BLOCK;
  if (padding >= BLOCK || padding + 1 > plain.length) {
    throw new IpmiFormatError(`cipher padding of ${padding} bytes`);
  }
  return plain.subarray(0, plain.length - padding - 1);
}
