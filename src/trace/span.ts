/** A piece of work with its times, as traces show it. Times in ms since the epoch. */

import { createHash } from 'node:crypto';

export interface Span {
  /** 32 and 16 hexadecimal digits. */
  traceId: string;
  spanId: string;
  parentId: string | null;
  name: string;
  begun: number;
  ended: number;
  attributes: Record<string, string | number>;
  /** Why it failed; null where it did not. */
  error: string | null;
}

export interface Stage {
  name: 'fetch' | 'validate' | 'plan';
  begun: number;
  ended: number;
}

/** One for each commit: what is done for it is one trace, through restarts and over several daemons. */
export function traceIdOf(commit: string): string {
  return digits(`trace ${commit}`, 32);
}

/** Of what the words name: the same words, the same span. */
export function spanIdOf(...words: readonly (string | number)[]): string {
  return digits(`span ${words.join(' ')}`, 16);
}

export function rootIdOf(commit: string): string {
  return spanIdOf('commit', commit);
}

function digits(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
