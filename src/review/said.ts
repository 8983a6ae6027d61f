/** What a forge says in its own words when it refuses. Pure. */

import { oneLine } from '../model/one-line.ts';

const MOST_SAID = 300;

/**
 * One line of the body of an answer: `message` of all three, with `errors` of GitHub (its messages, or `field: code`) and
 * fields of GitLab (`note: is too long`). Empty where it says nothing; `secret` is taken out of it.
 */
export function saidOf(body: unknown, secret: string): string {
  const words = [...wordsOf(body)].join('; ');
  return oneLine(secret === '' ? words : words.replaceAll(secret, '…'), MOST_SAID);
}

function* wordsOf(body: unknown): Generator<string> {
  if (typeof body !== 'object' || body === null) return;
  for (const [name, value] of Object.entries(body)) {
    if (name === 'message' || name === 'error') yield* textsOf(value, '');
    if (name === 'errors' && Array.isArray(value)) for (const error of value) yield* errorOf(error);
  }
}

function* textsOf(value: unknown, prefix: string): Generator<string> {
  if (typeof value === 'string') yield prefix + value;
  else if (Array.isArray(value)) for (const one of value) yield* textsOf(one, prefix);
  else if (typeof value === 'object' && value !== null) {
    for (const [field, one] of Object.entries(value)) yield* textsOf(one, `${prefix}${field}: `);
  }
}

function* errorOf(error: unknown): Generator<string> {
  if (typeof error === 'string') yield error;
  if (typeof error !== 'object' || error === null) return;
  const { message, field, code } = error as Record<string, unknown>;
  if (typeof message === 'string') yield message;
  else if (typeof field === 'string') yield `${field}: ${String(code)}`;
}
