/** The few sessions a BMC can hold, from Open Session to their end (IPMI 2.0 §13.14, §6.12). */

import type { CipherSuite } from '../../ipmi/cipher-suite.ts';
import type { Exchange } from '../../ipmi/rakp-keys.ts';
import type { SessionKeys } from '../../ipmi/session.ts';

/** An unused session is taken away after a minute, one whose log-in never ended sooner. */
const IDLE_MS = 60_000;
const LOGIN_MS = 5_000;
/** Packets this far ahead of or behind the newest one are taken (§6.12.13). */
const WINDOW = 16;

export interface BmcUser {
  /** At most 16 bytes. */
  name: string;
  /** At most 20 bytes. */
  password: string;
  /** 2 user, 3 operator, 4 administrator (default). */
  privilege?: number;
}

export interface BmcSession {
  readonly id: number;
  readonly consoleId: number;
  readonly suite: CipherSuite;
  /** Who asked, to tell a repeated Open Session from a new one. */
  readonly openedBy: string;
  /** Highest privilege: of the Open Session, then of the user too. */
  limit: number;
  privilege: number;
  user: BmcUser | undefined;
  exchange: Exchange | undefined;
  keys: SessionKeys | undefined;
  usedAt: number;
  sent: number;
  highest: number;
  /** Bit n: the packet `highest - n` was seen. */
  seen: number;
  /** The last request and its answer: a repeated request is answered again, not done again. */
  last: { request: Buffer; response: Buffer } | undefined;
}

export interface SessionTable {
  find(id: number): BmcSession | undefined;
  /** The session for an Open Session request; undefined when the table is full. */
  open(request: {
    consoleId: number;
    openedBy: string;
    suite: CipherSuite;
    limit: number;
  }): BmcSession | undefined;
  delete(id: number): void;
  size(): number;
}

export function createSessionTable(options: {
  capacity: number;
  now: () => number;
  newId: () => number;
}): SessionTable {
  const { capacity, now, newId } = options;
  /** Made with the first session: ten thousand BMCs in one process are mostly idle. */
  let sessions: Map<number, BmcSession> | undefined;

  function reap(): void {
    for (const session of sessions?.values() ?? []) {
      const limit = session.keys ? IDLE_MS : LOGIN_MS;
      if (now() - session.usedAt >= limit) sessions?.delete(session.id);
    }
  }

  return {
    find(id) {
      const session = sessions?.get(id);
      if (session) session.usedAt = now();
      return session;
    },
    open(request) {
      reap();
      sessions ??= new Map();
      for (const session of sessions.values()) {
        if (request.openedBy !== '' && session.openedBy === request.openedBy && !session.exchange)
          return session;
      }
      if (sessions.size >= capacity) return undefined;
      let id = newId();
      while (id === 0 || sessions.has(id)) id = newId();
      const session: BmcSession = {
        ...request,
        id,
        privilege: 0,
        user: undefined,
        exchange: undefined,
        keys: undefined,
        usedAt: now(),
        sent: 0,
        highest: 0,
        seen: 1,
        last: undefined,
      };
      sessions.set(id, session);
      return session;
    },
    delete(id) {
      sessions?.delete(id);
      if (sessions?.size === 0) sessions = undefined;
    },
    size() {
      reap();
      return sessions?.size ?? 0;
    },
  };
}

/** True once for every sequence number inside the window; remembers it. */
export function acceptSequence(session: BmcSession, sequence: number): boolean {
  const ahead = (sequence - session.highest) | 0;
  if (sequence === 0 || ahead >= WINDOW || ahead <= -WINDOW) return false;
  if (ahead > 0) {
    session.seen = ((session.seen << ahead) | 1) & 0xffff;
    session.highest = sequence;
    return true;
  }
  const bit = 1 << -ahead;
  if ((session.seen & bit) !== 0) return false;
  session.seen |= bit;
  return true;
}
