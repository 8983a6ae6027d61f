/** What a BMC says before any session: how one may log in, and with which cipher suites (IPMI 2.0 §22.13, §22.15). */

import { byteAt, needBytes } from '../format-error.ts';

export const CMD_GET_CHANNEL_AUTH = 0x38;
export const CMD_GET_CHANNEL_CIPHERS = 0x54;

/** "The channel this request came in on". */
export const THIS_CHANNEL = 0x0e;
const PAGE_BYTES = 16;

/** Asks for RMCP+ data too (bit 7); BMCs of IPMI 1.5 answer CC to that. */
export function encodeChannelAuthRequest(privilege: number): Buffer {
  return Buffer.from([0x80 | THIS_CHANNEL, privilege]);
}

export interface ChannelAuth {
  channel: number;
  /** The BMC speaks RMCP+. */
  rmcpPlus: boolean;
  /** A BMC key (Kg) is set, which is not supported here. */
  bmcKeySet: boolean;
}

/** No IPMI 1.5 log-in of any kind; named users; RMCP+ when `rmcpPlus`. */
export function encodeChannelAuth({ channel, rmcpPlus, bmcKeySet }: ChannelAuth): Buffer {
  return Buffer.from([
    channel,
    rmcpPlus ? 0x80 : 0,
    (bmcKeySet ? 0x20 : 0) | 0x04,
    rmcpPlus ? 0x02 : 0,
    0,
    0,
    0,
    0,
  ]);
}

export function decodeChannelAuth(data: Buffer): ChannelAuth {
  needBytes(data, 4, 'Get Channel Authentication Capabilities');
  const extended = (byteAt(data, 1) & 0x80) !== 0;
  return {
    channel: byteAt(data, 0) & 0x0f,
    rmcpPlus: extended && (byteAt(data, 3) & 0x02) !== 0,
    bmcKeySet: (byteAt(data, 2) & 0x20) !== 0,
  };
}

/** Page 0-63 of the list; payload type IPMI, listed by suite. */
export function encodeChannelCiphersRequest(page: number): Buffer {
  return Buffer.from([THIS_CHANNEL, 0x00, 0x80 | page]);
}

/** The page asked for. */
export function decodeChannelCiphersRequest(data: Buffer): number {
  needBytes(data, 3, 'Get Channel Cipher Suites');
  return byteAt(data, 2) & 0x3f;
}

/** Channel and up to 16 bytes of the records; a page that is not full is the last one. */
export function encodeChannelCiphers(channel: number, records: Buffer, page: number): Buffer {
  const at = page * PAGE_BYTES;
  return Buffer.concat([Buffer.from([channel]), records.subarray(at, at + PAGE_BYTES)]);
}

export function decodeChannelCiphers(data: Buffer): { records: Buffer; last: boolean } {
  needBytes(data, 1, 'Get Channel Cipher Suites');
  const records = data.subarray(1);
  return { records, last: records.length < PAGE_BYTES };
}
