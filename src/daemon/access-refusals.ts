/** Who could not show who he is, for the journal: at most once a minute for each address, and for twenty of them. */

import type { Journal } from '../model/journal.ts';
import { createQuiet } from '../observe/quiet.ts';

interface Ports {
  journal: Pick<Journal, 'append'>;
  clock(): number;
  onError(error: unknown): void;
}

const WORDS = { token: 'a call with a wrong token', login: 'a login' };

export function createRefusals({ journal, clock, onError }: Ports) {
  const worthSaying = createQuiet(clock, 20);
  /** Since it was said last. */
  const unsaid = { token: 0, login: 0 };

  return (what: 'token' | 'login', address: string): void => {
    unsaid[what] += 1;
    if (!worthSaying(`${what} ${address}`)) return;
    const count = unsaid[what];
    unsaid[what] = 0;
    const more = count === 1 ? '' : `, the last of ${count}`;
    const message = `${WORDS[what]} was refused (from ${address}${more})`;
    journal.append([{ ...BLANK, message, data: { what, address, count } }]).catch(onError);
  };
}

const BLANK = { node: null, commit: null, actor: 'daemon', reason: 'AccessRefused' } as const;
