/** IPv4 and IPv6 addresses and networks: values to compare, and one spelling for each. */

import { isIP } from 'node:net';

export interface Address {
  family: 4 | 6;
  value: bigint;
  /** Canonical spelling: dotted decimals, or RFC 5952 (lower case, the longest run of zeros as `::`). */
  text: string;
}

export interface Cidr {
  family: 4 | 6;
  /** The address as written, host bits included. */
  address: Address;
  /** First and last address of the network. */
  first: bigint;
  last: bigint;
  prefix: number;
  /** Canonical spelling, without host bits. */
  text: string;
}

/** Parses an address without prefix or zone; null when it is none. */
export function parseAddress(text: string): Address | null {
  const family = isIP(text);
  if (family === 4) return addressOf(4, parseV4(text));
  if (family !== 6 || text.includes('%')) return null;
  return addressOf(6, parseV6(text));
}

/** Parses `address/prefix`; null when it is none. Host bits are kept in `address` for the caller to judge. */
export function parseCidr(text: string): Cidr | null {
  const [head = '', tail = '', ...rest] = text.split('/');
  const address = parseAddress(head);
  if (!address || rest.length > 0 || !/^(?:0|[1-9][0-9]{0,2})$/.test(tail)) return null;
  const bits = address.family === 4 ? 32 : 128;
  const prefix = Number(tail);
  if (prefix > bits) return null;
  const hosts = (1n << BigInt(bits - prefix)) - 1n;
  const first = address.value & ~hosts;
  const canonical = `${addressOf(address.family, first).text}/${prefix}`;
  return { family: address.family, address, first, last: first | hosts, prefix, text: canonical };
}

export function contains(cidr: Cidr, address: Address): boolean {
  return address.family === cidr.family && address.value >= cidr.first && address.value <= cidr.last;
}

/**
 * Why a host cannot have this address in this network, or null when it can. Two-address networks have neither a network nor
 * a broadcast address (RFC 3021, RFC 6164); in IPv6 the first address is every router's (RFC 4291 §2.6.1).
 */
export function reservedAs(cidr: Cidr, address: Address): 'network address' | 'broadcast address' | null {
  const bits = cidr.family === 4 ? 32 : 128;
  if (cidr.prefix >= bits - 1) return null;
  if (address.value === cidr.first) return 'network address';
  if (cidr.family === 4 && address.value === cidr.last) return 'broadcast address';
  return null;
}

function addressOf(family: 4 | 6, value: bigint): Address {
  return { family, value, text: family === 4 ? formatV4(value) : formatV6(value) };
}

function parseV4(text: string): bigint {
  return BigInt(text.split('.').reduce((value, part) => value * 256 + Number(part), 0));
}

function formatV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
}

function parseV6(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array<bigint>(8 - left.length - right.length).fill(0n);
  return [...left, ...zeros, ...right].reduce((value, group) => (value << 16n) | group, 0n);
}

function groups(text: string): bigint[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [BigInt(`0x${part}`)];
    const v4 = parseV4(part);
    return [v4 >> 16n, v4 & 0xffffn];
  });
}

function formatV6(value: bigint): string {
  const parts = Array.from({ length: 8 }, (_, i) => (value >> BigInt(112 - 16 * i)) & 0xffffn);
  let best = { at: 0, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && parts[at + length] === 0n) length++;
    if (length > best.length) best = { at, length };
  }
  const hex = parts.map((part) => part.toString(16));
  if (best.length < 2) return hex.join(':');
  return `${hex.slice(0, best.at).join(':')}::${hex.slice(best.at + best.length).join(':')}`;
}
