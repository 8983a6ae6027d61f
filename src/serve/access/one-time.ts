/** Codes that log in once: whoever is on the daemon's machine needs to paste no token. */

import { digestOf } from './digest.ts';
import { secret } from './sessions.ts';

const LIFE = 120_000;
const MOST = 100;

/** `clock` in ms since the epoch. */
export function createOneTime(clock: () => number) {
  const made = new Map<string, { name: string; until: number }>();
  const keyOf = (code: string) => digestOf(code).toString('hex');
  return {
    /** For the login of this name. */
    make(name: string): string {
      const code = secret();
      made.set(keyOf(code), { name, until: clock() + LIFE });
      const [oldest] = made.keys();
      if (made.size > MOST && oldest !== undefined) made.delete(oldest);
      return code;
    },
    /** The name; null for a code that was used, is too old, or never was. */
    take(code: string): string | null {
      const found = made.get(keyOf(code));
      made.delete(keyOf(code));
      return found && clock() < found.until ? found.name : null;
    },
  };
}
