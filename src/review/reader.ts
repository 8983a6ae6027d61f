/** Reads a forge's JSON: what is not there as it should be is an error, not `undefined` later on. */

import type { ForgeKind } from '../model/review-spec.ts';
import { ForgeError } from './errors.ts';

export interface Reader {
  /** `head.repo.id` of an answer; undefined where it, or what it lies in, is not there. */
  at(value: unknown, path: string): unknown;
  text(value: unknown, path: string): string;
  number(value: unknown, path: string): number;
  list(value: unknown): unknown[];
  /** `what` is missing: `a text `title``. */
  wrong(what: string): ForgeError;
}

/** `name` is the forge's; every reading throws ForgeError `protocol`. */
export function createReader(kind: ForgeKind, name: string): Reader {
  function at(value: unknown, path: string): unknown {
    let found = value;
    for (const field of path.split('.')) {
      if (typeof found !== 'object' || found === null) return undefined;
      found = (found as Record<string, unknown>)[field];
    }
    return found;
  }

  function wrong(what: string): ForgeError {
    return new ForgeError('protocol', `${name} answers without ${what}`, { kind });
  }

  return {
    at,
    wrong,
    text(value, path) {
      const found = at(value, path);
      if (typeof found !== 'string') throw wrong(`a text \`${path}\``);
      return found;
    },
    number(value, path) {
      const found = at(value, path);
      if (typeof found !== 'number') throw wrong(`a number \`${path}\``);
      return found;
    },
    list(value) {
      if (!Array.isArray(value)) throw wrong('a list');
      return value;
    },
  };
}
