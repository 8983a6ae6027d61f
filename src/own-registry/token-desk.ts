/** Who gets which token: names and passwords compared, and wrong ones kept from costing much. */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Access, grant, type Role } from './grant.ts';

export interface Account {
  role: Role;
  password: string;
}

export interface TokenRequest {
  /** The Authorization header. */
  authorization: string | undefined;
  scopes: readonly string[];
  service: string | null;
  address: string;
}

export type TokenAnswer =
  | { status: 200; account: string; access: Access[] }
  | { status: 400 | 401; why: string }
  /** `seconds` until another try is heard. */
  | { status: 429; why: string; seconds: number };

interface Ports {
  service: string;
  /** Null for an account that there is not. */
  account(name: string): Account | null;
  /** A login was wrong. `name` is what was said. */
  onRefused(name: string, address: string): void;
  clock(): number;
}

const WINDOW = 60_000;
/** Wrong logins of one address within the window. */
const MOST_WRONG = 20;
const MOST_ADDRESSES = 4096;
const LONGEST_LOGIN = 2048;

export function createTokenDesk({ service, account, onRefused, clock }: Ports) {
  const pepper = randomBytes(32);
  const wrong = new Map<string, { since: number; count: number }>();

  /** Of the same length whatever is compared, and of the same cost whether there is such an account or not. */
  function isRight(given: string, expected: string | undefined): boolean {
    const mac = (text: string) => createHmac('sha256', pepper).update(text).digest();
    return timingSafeEqual(mac(given), mac(expected ?? '')) && expected !== undefined && expected !== '';
  }

  /** Null while the address is still heard; else the seconds to wait. */
  function count(address: string): number | null {
    const now = clock();
    const known = wrong.get(address);
    const isOver = !known || now < known.since || now >= known.since + WINDOW;
    if (isOver && wrong.size >= MOST_ADDRESSES) wrong.clear();
    const entry = isOver ? { since: now, count: 0 } : known;
    entry.count += 1;
    wrong.set(address, entry);
    return entry.count <= MOST_WRONG ? null : Math.ceil((entry.since + WINDOW - now) / 1000);
  }

  /** The right login is always heard: nobody locks another one out. */
  return function decide({ authorization, scopes, service: asked, address }: TokenRequest): TokenAnswer {
    const login = readLogin(authorization);
    if (!login) return { status: 401, why: 'a name and a password are needed (basic)' };
    const known = account(login.name);
    if (!isRight(login.password, known?.password) || !known) {
      const seconds = count(address);
      if (seconds !== null) return { status: 429, why: 'too many wrong logins', seconds };
      onRefused(login.name, address);
      return { status: 401, why: 'no such account, or another password' };
    }
    if (asked !== null && asked !== service)
      return { status: 400, why: 'this is the token server of another service' };
    const access = grant(scopes, known.role);
    if (!access) return { status: 400, why: 'scope is not written like repository:NAME:pull' };
    return { status: 200, account: login.name, access };
  };
}

function readLogin(header: string | undefined): { name: string; password: string } | null {
  const [, text] = /^basic +([A-Za-z0-9+/=]+)$/i.exec((header ?? '').slice(0, LONGEST_LOGIN)) ?? [];
  const [, name, password] = /^([^:]{1,255}):(.*)$/s.exec(Buffer.from(text ?? '', 'base64').toString()) ?? [];
  return name === undefined || password === undefined ? null : { name, password };
}
