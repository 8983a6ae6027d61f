/** The one comment that is ours on a pull request: found, written, kept up to date. */

import { ForgeError } from './errors.ts';
import type { Forge } from './forge.ts';
import { MARK } from './limits.ts';
import { withoutCommands } from './no-commands.ts';

export interface Comment {
  id: number;
  /** Login. */
  author: string;
  body: string;
  url: string;
}

/** What a forge must be able to do for it. */
export interface Comments {
  /** Login of the token's account. */
  account(): Promise<string>;
  /** From all pages, in any order. */
  list(number: number): Promise<Comment[]>;
  create(number: number, body: string): Promise<Comment>;
  edit(number: number, id: number, body: string): Promise<Comment>;
  /** Waits as between two attempts. */
  pause(round: number): Promise<void>;
}

const ROUNDS = 4;

export function keepOwnComment(comments: Comments): Pick<Forge, 'findComment' | 'putComment'> {
  async function own(number: number): Promise<Comment | null> {
    const account = await comments.account();
    const all = await comments.list(number);
    const ours = all.filter(
      ({ author, body }) => author === account && plain(body).startsWith(MARK.trimEnd()),
    );
    return ours.sort((a, b) => a.id - b.id)[0] ?? null;
  }

  async function putComment(number: number, text: string): Promise<{ url: string; changed: boolean }> {
    const body = MARK + withoutCommands(plain(text));
    for (let round = 1; ; round += 1) {
      const found = await own(number);
      // After a broken round it is there because that round wrote it.
      if (found && plain(found.body) === body) return { url: found.url, changed: round > 1 };
      try {
        const written = found
          ? await comments.edit(number, found.id, body)
          : await comments.create(number, body);
        return { url: written.url, changed: true };
      } catch (error) {
        if (round === ROUNDS || !isWorthALook(error, found)) throw error;
        await comments.pause(round);
      }
    }
  }

  return {
    putComment,
    async findComment(number) {
      const found = await own(number);
      return found && { url: found.url, body: plain(found.body).slice(MARK.length) };
    },
  };
}

/** Deleted since it was found; or perhaps written, though the answer was lost. */
function isWorthALook(error: unknown, found: Comment | null): boolean {
  if (!(error instanceof ForgeError)) return false;
  return found ? error.code === 'not-found' : error.code === 'unreachable' || error.code === 'server';
}

/** As forges keep it: with their own line ends, and without what is blank at the end. */
function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}
