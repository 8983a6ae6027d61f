/** From a UDP datagram to the session wrapper in it, and back where no keys are needed (IPMI 2.0 §13.6, figures 13-3 and 13-9). */

import { byteAt, IpmiFormatError, needBytes } from './format-error.ts';
import { type AsfMessage, decodeAsf, RMCP_HEADER_LENGTH, rmcpClass, writeRmcpHeader } from './rmcp.ts';

/** Payload types of RMCP+ (table 13-16). */
export const PAYLOAD_IPMI = 0x00;
export const PAYLOAD_OPEN_REQUEST = 0x10;
export const PAYLOAD_OPEN_RESPONSE = 0x11;
export const PAYLOAD_RAKP_1 = 0x12;
export const PAYLOAD_RAKP_2 = 0x13;
export const PAYLOAD_RAKP_3 = 0x14;
export const PAYLOAD_RAKP_4 = 0x15;

const AUTH_NONE = 0x00;
const AUTH_RMCP_PLUS = 0x06;
/** Authentication type, payload type, session id, sequence, payload length. */
export const PLUS_HEADER_LENGTH = 12;
export const FLAG_ENCRYPTED = 0x80;
export const FLAG_AUTHENTICATED = 0x40;

/** An IPMI 1.5 wrapper. Only the session-less form (authentication "none") is spoken here. */
export interface LegacyPacket {
  kind: 'legacy';
  sessionId: number;
  sequence: number;
  payload: Buffer;
}

/** An RMCP+ wrapper, not yet checked or deciphered: see `open` in session.ts. */
export interface PlusPacket {
  kind: 'plus';
  payloadType: number;
  encrypted: boolean;
  authenticated: boolean;
  sessionId: number;
  sequence: number;
  payload: Buffer;
  /** Everything after the RMCP header: what the integrity code covers, and the code. */
  covered: Buffer;
}

export type Packet = AsfMessage | LegacyPacket | PlusPacket;

/** Takes one datagram. Throws IpmiFormatError; never reads past the end, never trusts a length. */
export function decodePacket(datagram: Buffer): Packet {
  if (rmcpClass(datagram) === 'asf') return decodeAsf(datagram);
  const wrapper = datagram.subarray(RMCP_HEADER_LENGTH);
  const authType = byteAt(wrapper, 0);
  if (authType === AUTH_RMCP_PLUS) return decodePlus(wrapper);
  if (authType === AUTH_NONE) return decodeLegacy(wrapper);
  throw new IpmiFormatError(`IPMI 1.5 authentication type ${authType}`);
}

/** A command outside any session, in the IPMI 1.5 wrapper that every BMC understands. */
export function encodeLegacy(message: Buffer): Buffer {
  const packet = Buffer.alloc(RMCP_HEADER_LENGTH + 10 + message.length);
  writeRmcpHeader(packet);
  packet[13] = message.length;
  message.copy(packet, 14);
  return packet;
}

/** An RMCP+ packet without keys: session set-up, and commands outside a session. */
export function encodePlainPlus(payloadType: number, payload: Buffer): Buffer {
  const packet = Buffer.allocUnsafe(RMCP_HEADER_LENGTH + PLUS_HEADER_LENGTH + payload.length);
  writePlusHeader(packet, payloadType, 0, 0, payload.length);
  payload.copy(packet, RMCP_HEADER_LENGTH + PLUS_HEADER_LENGTH);
  return packet;
}

/** Writes RMCP and RMCP+ headers; `payloadType` carries the two flags. */
export function writePlusHeader(
  packet: Buffer,
  payloadType: number,
  sessionId: number,
  sequence: number,
  length: number,
): void {
  writeRmcpHeader(packet);
  packet[4] = AUTH_RMCP_PLUS;
  packet[5] = payloadType;
  packet.writeUInt32LE(sessionId, 6);
  packet.writeUInt32LE(sequence, 10);
  packet.writeUInt16LE(length, 14);
}

function decodeLegacy(wrapper: Buffer): LegacyPacket {
  needBytes(wrapper, 10, 'IPMI 1.5 session header');
  const length = byteAt(wrapper, 9);
  // Some clients pad a packet to dodge a bug of old network chips (§13.6): what follows the payload is ignored.
  needBytes(wrapper, 10 + length, 'IPMI 1.5 payload');
  return {
    kind: 'legacy',
    sequence: wrapper.readUInt32LE(1),
    sessionId: wrapper.readUInt32LE(5),
    payload: wrapper.subarray(10, 10 + length),
  };
}

function decodePlus(wrapper: Buffer): PlusPacket {
  needBytes(wrapper, PLUS_HEADER_LENGTH, 'RMCP+ session header');
  const type = byteAt(wrapper, 1);
  const payloadType = type & 0x3f;
  // Type 2 carries an enterprise number in the header; nothing here speaks an OEM's payloads.
  if (payloadType === 0x02) throw new IpmiFormatError('OEM payload');
  const length = wrapper.readUInt16LE(10);
  needBytes(wrapper, PLUS_HEADER_LENGTH + length, 'RMCP+ payload');
  return {
    kind: 'plus',
    payloadType,
    encrypted: (type & FLAG_ENCRYPTED) !== 0,
    authenticated: (type & FLAG_AUTHENTICATED) !== 0,
    sessionId: wrapper.readUInt32LE(2),
    sequence: wrapper.readUInt32LE(6),
    payload: wrapper.subarray(PLUS_HEADER_LENGTH, PLUS_HEADER_LENGTH + length),
    covered: wrapper,
  };
}
