/** Who sends a request: by the token it bears, by its session, or by coming from the same machine. */

import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import {
  ACTOR_NAME,
  type Access,
  type AccessToken,
  NO_PERSONS,
  type Principal,
  rightsOf,
} from '../../model/access.ts';
import { cookieOf } from './cookie.ts';
import { digestOf, isSame } from './digest.ts';
import { isLocalHost } from './host.ts';
import type { Proof, Session, Sessions } from './sessions.ts';

export interface IdentifyPorts {
  /** Of this run of the daemon: who can read its data directory is an admin. */
  token: string;
  /** Of the site in force. */
  access(): Access | null;
  sessions: Sessions;
  clock(): number;
}

export interface Identity {
  principal: Principal;
  /** Null where no cookie but a token says who it is. */
  session: Session | null;
}

export interface Identify {
  /** Null: has not shown who he is. `wrong`: has tried to. */
  request(request: FastifyRequest): Identity | 'wrong' | null;
  /** What a token shows; null for one that is not taken. */
  token(token: string): Proof | null;
  proof(proof: Proof): Principal | null;
}

const LOOPBACK: Principal = { name: 'someone', role: 'viewer', pools: null, via: 'loopback' };

export function createIdentify({ token: control, access, sessions, clock }: IdentifyPorts): Identify {
  const controlDigest = digestOf(control);

  function request(request: FastifyRequest): Identity | 'wrong' | null {
    const { authorization } = request.headers;
    if (authorization !== undefined) return byToken(request, authorization);
    const cookie = cookieOf(request);
    const session = cookie === null ? null : sessions.find(cookie);
    const principal = session && proof(session.proof);
    if (principal) return { principal: { ...principal, via: 'session' }, session };
    return access() === null && isLocal(request) ? { principal: LOOPBACK, session: null } : null;
  }

  function byToken(request: FastifyRequest, authorization: string): Identity | 'wrong' {
    const given = /^Bearer ([\w.~+/-]{1,512}=*)$/.exec(authorization)?.[1];
    const shown = given === undefined ? null : token(given);
    if (!shown) return 'wrong';
    const principal = proof(shown.kind === 'control' ? { ...shown, name: saidName(request) } : shown);
    return principal ? { principal, session: null } : 'wrong';
  }

  function token(given: string): Proof | null {
    const digest = digestOf(given);
    if (isSame(digest, controlDigest)) return { kind: 'control', name: 'someone' };
    const found = tokenWith(digest);
    return found && { kind: 'token', hash: found.hash };
  }

  function proof(shown: Proof): Principal | null {
    if (shown.kind === 'oidc') return byProvider(shown);
    if (shown.kind === 'control')
      return { name: shown.name, role: 'admin', pools: null, via: 'control-token' };
    const found = tokenWith(Buffer.from(shown.hash, 'hex'));
    if (!found) return null;
    const { name, role, pools } = found;
    return { name, role, pools, via: 'token' };
  }

  function byProvider({ issuer, name, values }: Extract<Proof, { kind: 'oidc' }>): Principal | null {
    const oidc = access()?.oidc;
    const rights = oidc?.issuer === issuer ? rightsOf(oidc.roles, values) : null;
    return rights && { name, ...rights, via: 'oidc' };
  }

  /** All are compared, whichever it is. */
  function tokenWith(digest: Buffer): AccessToken | null {
    const same = (access()?.tokens ?? []).filter(({ hash }) => isSame(Buffer.from(hash, 'hex'), digest));
    return same.find(({ expires }) => expires === null || clock() < expires) ?? null;
  }

  return { request, token, proof };
}

/** Of this machine, and asked for by one of its own names: what another machine's reverse proxy hands on is not. */
function isLocal({ headers, ip }: FastifyRequest): boolean {
  const address = ip.replace(/^::ffff:/, '');
  return (
    isLocalHost(headers.host) && (address === '::1' || (isIP(address) === 4 && address.startsWith('127.')))
  );
}

/** The name a person gives himself; bounded and printable, for the journal, and nobody's whom it speaks of otherwise: a user `git` there is. */
function saidName({ headers }: FastifyRequest): string {
  const name = headers['x-barewright-actor'];
  return typeof name === 'string' && ACTOR_NAME.test(name) && !NO_PERSONS.has(name) ? name : 'someone';
}
