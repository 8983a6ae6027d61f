/** RMCP header and the ASF presence ping that rides on it (IPMI 2.0 §13.1.3, §13.2; ASF 2.0 §3.2). */

import { byteAt, IpmiFormatError, needBytes } from './format-error.ts';

export const RMCP_PORT = 623;
/** Version 6, reserved, no acknowledgement wanted (0xff), class. */
export const RMCP_HEADER_LENGTH = 4;

const CLASS_ASF = 0x06;
const CLASS_IPMI = 0x07;
const ASF_IANA = 4542;
const ASF_PING = 0x80;
const ASF_PONG = 0x40;
const ASF_HEADER_LENGTH = 8;
const PONG_DATA_LENGTH = 16;
/** "Supported entities": IPMI, and ASF version 1. */
const ENTITIES_IPMI = 0x81;

/** Writes the four bytes in front of an IPMI message. */
export function writeRmcpHeader(packet: Buffer): void {
  packet.writeUInt32BE(0x06_00_ff_00 | CLASS_IPMI, 0);
}

/** The class of an RMCP packet. Throws IpmiFormatError for another version, an acknowledgement or another class. */
export function rmcpClass(packet: Buffer): 'asf' | 'ipmi' {
  needBytes(packet, RMCP_HEADER_LENGTH, 'RMCP header');
  if (packet[0] !== 0x06) throw new IpmiFormatError(`RMCP version ${packet[0]}`);
  if (packet[3] === CLASS_IPMI) return 'ipmi';
  if (packet[3] === CLASS_ASF) return 'asf';
  throw new IpmiFormatError(`RMCP class ${packet[3]}`);
}

/** A presence ping; the tag (0-254) comes back in the pong. */
export function encodePing(tag: number): Buffer {
  return encodeAsf(ASF_PING, tag, Buffer.alloc(0));
}

/** The answer of a BMC that speaks IPMI. */
export function encodePong(tag: number): Buffer {
  const data = Buffer.alloc(PONG_DATA_LENGTH);
  data.writeUInt32BE(ASF_IANA, 0);
  data[8] = ENTITIES_IPMI;
  return encodeAsf(ASF_PONG, tag, data);
}

export interface AsfMessage {
  kind: 'asf';
  type: 'ping' | 'pong';
  tag: number;
  /** Of a pong: the far end says it speaks IPMI. */
  ipmi: boolean;
}

/** Takes a whole packet of class ASF. Throws IpmiFormatError for anything but a ping or pong. */
export function decodeAsf(packet: Buffer): AsfMessage {
  const asf = packet.subarray(RMCP_HEADER_LENGTH);
  needBytes(asf, ASF_HEADER_LENGTH, 'ASF message');
  if (asf.readUInt32BE(0) !== ASF_IANA) throw new IpmiFormatError('ASF message of another enterprise');
  const type = byteAt(asf, 4);
  const tag = byteAt(asf, 5);
  if (type === ASF_PING) return { kind: 'asf', type: 'ping', tag, ipmi: false };
  if (type !== ASF_PONG) throw new IpmiFormatError(`ASF message type ${type}`);
  needBytes(asf, ASF_HEADER_LENGTH + PONG_DATA_LENGTH, 'ASF pong');
  return { kind: 'asf', type: 'pong', tag, ipmi: (byteAt(asf, ASF_HEADER_LENGTH + 8) & 0x80) !== 0 };
}

function encodeAsf(type: number, tag: number, data: Buffer): Buffer {
  const packet = Buffer.alloc(RMCP_HEADER_LENGTH + ASF_HEADER_LENGTH + data.length);
  packet.writeUInt32BE(0x06_00_ff_00 | CLASS_ASF, 0);
  packet.writeUInt32BE(ASF_IANA, 4);
  packet[8] = type;
  packet[9] = tag & 0xff;
  packet[11] = data.length;
  data.copy(packet, RMCP_HEADER_LENGTH + ASF_HEADER_LENGTH);
  return packet;
}
