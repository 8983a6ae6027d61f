/** RMCP+ Open Session: the two ends choose session ids and algorithms (IPMI 2.0 §13.17, §13.18). */

import type { CipherSuite } from './cipher-suite.ts';
import { byteAt, IpmiFormatError, needBytes } from './format-error.ts';

export interface OpenRequest {
  tag: number;
  /** Highest privilege wanted (0: the highest the suite allows). */
  privilege: number;
  /** The console's session id, not zero. */
  consoleId: number;
  authentication: number;
  integrity: number;
  confidentiality: number;
}

export interface OpenResponse {
  tag: number;
  /** See `rmcpStatusText`; the rest is only meaningful when it is 0. */
  status: number;
  privilege: number;
  consoleId: number;
  bmcId: number;
  authentication: number;
  integrity: number;
  confidentiality: number;
}

export function encodeOpenRequest(
  request: Pick<OpenRequest, 'tag' | 'privilege' | 'consoleId'>,
  suite: CipherSuite,
): Buffer {
  const bytes = Buffer.alloc(32);
  bytes[0] = request.tag;
  bytes[1] = request.privilege;
  bytes.writeUInt32LE(request.consoleId, 4);
  writeAlgorithms(bytes, 8, suite);
  return bytes;
}

export function decodeOpenRequest(bytes: Buffer): OpenRequest {
  needBytes(bytes, 32, 'Open Session request');
  return {
    tag: byteAt(bytes, 0),
    privilege: byteAt(bytes, 1) & 0x0f,
    consoleId: bytes.readUInt32LE(4),
    ...readAlgorithms(bytes, 8),
  };
}

export function encodeOpenResponse(
  response: Pick<OpenResponse, 'tag' | 'privilege' | 'consoleId' | 'bmcId'>,
  suite: CipherSuite,
): Buffer {
  const bytes = Buffer.alloc(36);
  bytes[0] = response.tag;
  bytes[2] = response.privilege;
  bytes.writeUInt32LE(response.consoleId, 4);
  bytes.writeUInt32LE(response.bmcId, 8);
  writeAlgorithms(bytes, 12, suite);
  return bytes;
}

/** The short form: only tag, status and the console's session id. */
export function encodeOpenRefusal(tag: number, status: number, consoleId: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes[0] = tag;
  bytes[1] = status;
  bytes.writeUInt32LE(consoleId, 4);
  return bytes;
}

export function decodeOpenResponse(bytes: Buffer): OpenResponse {
  needBytes(bytes, 2, 'Open Session response');
  const tag = byteAt(bytes, 0);
  const status = byteAt(bytes, 1);
  if (status !== 0) {
    const consoleId = bytes.length >= 8 ? bytes.readUInt32LE(4) : 0;
    return {
      tag,
      status,
      privilege: 0,
      consoleId,
      bmcId: 0,
      authentication: 0,
      integrity: 0,
      confidentiality: 0,
    };
  }
  needBytes(bytes, 36, 'Open Session response');
  const response: OpenResponse = {
    tag,
    status,
    privilege: byteAt(bytes, 2) & 0x0f,
    consoleId: bytes.readUInt32LE(4),
    bmcId: bytes.readUInt32LE(8),
    ...readAlgorithms(bytes, 12),
  };
  if (response.bmcId === 0) throw new IpmiFormatError('Open Session response with session id 0');
  return response;
}

/** Three payloads of 8 bytes: type, two reserved, length 8, algorithm, three reserved. */
function writeAlgorithms(bytes: Buffer, at: number, suite: CipherSuite): void {
  const algorithms = [suite.authentication, suite.integrity, suite.confidentiality];
  algorithms.forEach((algorithm, type) => {
    bytes[at + type * 8] = type;
    bytes[at + type * 8 + 3] = 8;
    bytes[at + type * 8 + 4] = algorithm;
  });
}

function readAlgorithms(bytes: Buffer, at: number) {
  return {
    authentication: byteAt(bytes, at + 4) & 0x3f,
    integrity: byteAt(bytes, at + 12) & 0x3f,
    confidentiality: byteAt(bytes, at + 20) & 0x3f,
  };
}
