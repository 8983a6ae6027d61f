/** TFTP packets (RFC 1350), with options (RFC 2347): bytes in, values out, and back. */

export interface ReadRequest {
  path: string;
  /** Names in lower case. */
  options: ReadonlyMap<string, string>;
}

export const ERRORS = { notFound: 1, illegal: 4, unknown: 0 } as const;

const RRQ = 1;
const DATA = 3;
const ACK = 4;
const ERROR = 5;
const OACK = 6;
const LONGEST_PATH = 400;

/** Null for anything but a well-formed read request in mode `octet`. */
export function parseRequest(packet: Buffer): ReadRequest | null {
  if (packet.length < 4 || packet.readUInt16BE(0) !== RRQ || packet.at(-1) !== 0) return null;
  const [path = '', mode = '', ...rest] = packet.subarray(2, -1).toString('latin1').split('\0');
  if (path === '' || path.length > LONGEST_PATH || mode.toLowerCase() !== 'octet') return null;
  const options = new Map<string, string>();
  for (let i = 0; i + 1 < rest.length; i += 2) options.set((rest[i] ?? '').toLowerCase(), rest[i + 1] ?? '');
  return { path, options };
}

export type Reply = { kind: 'ack'; block: number } | { kind: 'error'; message: string };

/** What the other side of a transfer says; null for what makes no sense there. */
export function parseReply(packet: Buffer): Reply | null {
  if (packet.length < 4) return null;
  const kind = packet.readUInt16BE(0);
  if (kind === ACK) return { kind: 'ack', block: packet.readUInt16BE(2) };
  if (kind !== ERROR) return null;
  return { kind: 'error', message: packet.subarray(4).toString('latin1').split('\0')[0] ?? '' };
}

/** `block` counts on beyond 16 bits; what is sent rolls over. */
export function dataPacket(block: number, data: Uint8Array): Buffer {
  const packet = Buffer.allocUnsafe(4 + data.length);
  packet.writeUInt16BE(DATA, 0);
  packet.writeUInt16BE(block & 0xffff, 2);
  packet.set(data, 4);
  return packet;
}

export function optionsPacket(options: ReadonlyMap<string, number>): Buffer {
  const text = [...options].map(([name, value]) => `${name}\0${value}\0`).join('');
  return Buffer.from(`\0${String.fromCharCode(OACK)}${text}`, 'latin1');
}

export function errorPacket(code: number, message: string): Buffer {
  return Buffer.from(`\0${String.fromCharCode(ERROR)}\0${String.fromCharCode(code)}${message}\0`, 'latin1');
}
