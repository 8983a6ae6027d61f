/** The IPMI LAN message inside every session payload (IPMI 2.0 §13.8, figure 13-4). */

import { byteAt, IpmiFormatError, needBytes } from './format-error.ts';

/** Request network functions; the answer's is one more (§5.1). */
export const NETFN_CHASSIS = 0x00;
export const NETFN_APP = 0x06;

/** The BMC's own address, and the one a remote console uses. */
const BMC_ADDRESS = 0x20;
const CONSOLE_ADDRESS = 0x81;

export interface IpmiRequest {
  netFn: number;
  command: number;
  /** 0-63, chosen by the asker and repeated in the answer. */
  sequence: number;
  data: Buffer;
}

export interface IpmiResponse extends IpmiRequest {
  completionCode: number;
}

const EMPTY = Buffer.alloc(0);

export function encodeRequest(request: Omit<IpmiRequest, 'data'> & { data?: Buffer }): Buffer {
  const data = request.data ?? EMPTY;
  const bytes = Buffer.allocUnsafe(7 + data.length);
  writeHeader(bytes, BMC_ADDRESS, request.netFn, CONSOLE_ADDRESS, request.sequence, request.command);
  data.copy(bytes, 6);
  bytes[bytes.length - 1] = checksum(bytes, 3, bytes.length - 1);
  return bytes;
}

/** The answer to a request: same command and sequence, network function one up. */
export function encodeResponse(request: IpmiRequest, completionCode: number, data: Buffer = EMPTY): Buffer {
  const bytes = Buffer.allocUnsafe(8 + data.length);
  writeHeader(bytes, CONSOLE_ADDRESS, request.netFn | 1, BMC_ADDRESS, request.sequence, request.command);
  bytes[6] = completionCode;
  data.copy(bytes, 7);
  bytes[bytes.length - 1] = checksum(bytes, 3, bytes.length - 1);
  return bytes;
}

/** Throws IpmiFormatError for a short message, a wrong checksum or an answer. */
export function decodeRequest(bytes: Buffer): IpmiRequest {
  const header = decodeHeader(bytes, 7);
  if ((header.netFn & 1) !== 0) throw new IpmiFormatError('an answer where a request was due');
  return { ...header, data: bytes.subarray(6, bytes.length - 1) };
}

/** `netFn` is given as in the request. Throws IpmiFormatError for a short message, a wrong checksum or a request. */
export function decodeResponse(bytes: Buffer): IpmiResponse {
  const header = decodeHeader(bytes, 8);
  if ((header.netFn & 1) === 0) throw new IpmiFormatError('a request where an answer was due');
  return {
    ...header,
    netFn: header.netFn & ~1,
    completionCode: byteAt(bytes, 6),
    data: bytes.subarray(7, bytes.length - 1),
  };
}

function writeHeader(
  bytes: Buffer,
  to: number,
  netFn: number,
  from: number,
  sequence: number,
  command: number,
): void {
  bytes[0] = to;
  bytes[1] = (netFn << 2) & 0xfc;
  bytes[2] = checksum(bytes, 0, 2);
  bytes[3] = from;
  bytes[4] = (sequence << 2) & 0xfc;
  bytes[5] = command;
}

function decodeHeader(bytes: Buffer, minimum: number): Omit<IpmiRequest, 'data'> {
  needBytes(bytes, minimum, 'IPMI message');
  const last = bytes.length - 1;
  if (bytes[2] !== checksum(bytes, 0, 2) || bytes[last] !== checksum(bytes, 3, last)) {
    throw new IpmiFormatError('IPMI message with a wrong checksum');
  }
  return { netFn: byteAt(bytes, 1) >> 2, sequence: byteAt(bytes, 4) >> 2, command: byteAt(bytes, 5) };
}

/** Two's complement of the sum: all bytes and the checksum add up to zero. */
function checksum(bytes: Buffer, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += bytes[at] ?? 0;
  return -sum & 0xff;
}
