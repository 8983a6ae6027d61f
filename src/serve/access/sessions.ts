/** Who has logged in with a browser. In memory alone: a restart of the daemon logs everybody out. */

import { randomBytes } from 'node:crypto';
import { digestOf, isSame } from './digest.ts';

/** What was shown at the login, and is judged anew at each request: whoever loses access loses it at once. */
export type Proof =
  | { kind: 'control'; name: string }
  | { kind: 'token'; hash: string }
  /** What the provider said of a person; `values` as in Oidc.roles. */
  | { kind: 'oidc'; issuer: string; name: string; values: readonly string[] };

export interface Session {
  proof: Proof;
  /** Sent back with everything that changes something. */
  csrf: string;
  openedAt: number;
  usedAt: number;
}

export interface Sessions {
  /** Returns what the cookie holds: it is kept nowhere. */
  open(proof: Proof): { cookie: string; session: Session };
  find(cookie: string): Session | null;
  end(cookie: string): void;
}

/** Unused for so long, and however much it is used, ms. */
export const IDLE = 8 * 3_600_000;
export const ABSOLUTE = 7 * 24 * 3_600_000;
/** Who has left a group at the provider is out by then. */
export const ABSOLUTE_OIDC = 12 * 3_600_000;
/** The one that was unused for longest makes room. */
export const MOST_SESSIONS = 1_000;

/** `clock` in ms since the epoch. */
export function createSessions(clock: () => number, random: () => string = secret): Sessions {
  /** By the digest of the cookie, in the order of their last use. */
  const sessions = new Map<string, Session>();
  const keyOf = (cookie: string) => digestOf(cookie).toString('hex');
  const isOver = ({ proof, openedAt, usedAt }: Session) =>
    clock() - usedAt >= IDLE || clock() - openedAt >= (proof.kind === 'oidc' ? ABSOLUTE_OIDC : ABSOLUTE);

  return {
    open(proof) {
      const cookie = random();
      const session = { proof, csrf: random(), openedAt: clock(), usedAt: clock() };
      sessions.set(keyOf(cookie), session);
      const [oldest] = sessions.keys();
      if (sessions.size > MOST_SESSIONS && oldest !== undefined) sessions.delete(oldest);
      return { cookie, session };
    },
    find(cookie) {
      const key = keyOf(cookie);
      const session = sessions.get(key);
      if (!session) return null;
      sessions.delete(key);
      if (isOver(session)) return null;
      session.usedAt = clock();
      sessions.set(key, session);
      return session;
    },
    end(cookie) {
      sessions.delete(keyOf(cookie));
    },
  };
}

/** 256 random bits. */
export function secret(): string {
  return randomBytes(32).toString('base64url');
}

export function isCsrf(given: unknown, { csrf }: Session): boolean {
  return typeof given === 'string' && isSame(digestOf(given), digestOf(csrf));
}
