/** Digests over values, not over their spelling. */

import { hash } from 'node:crypto';

/** 64 bits are enough to tell the states of one site apart, and short enough for a person to compare. */
const LENGTH = 16;

/** JSON with sorted keys; fields that are undefined are left out. Takes what JSON can hold. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

/** The first 16 hexadecimal digits of the SHA-256 of a text. */
export function digestText(text: string): string {
  return hash('sha256', text, 'hex').slice(0, LENGTH);
}

export function digestOf(value: unknown): string {
  return digestText(canonicalJson(value));
}
