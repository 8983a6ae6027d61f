/** The way of a browser to the login provider, and back. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NO_PERSONS, type Oidc } from '../../model/access.ts';
import type { SecretRef } from '../../model/secret-ref.ts';
import { fail } from '../answers.ts';
import { textOf } from '../page/html.ts';
import { PAGE_HEADERS } from '../page/security.ts';
import { cookieOf, setCookie } from './cookie.ts';
import { tooMany } from './guard.ts';
import { type LoginPorts, providerOf, showLogin } from './login.ts';
import { comeInPage } from './login-page.ts';
import { createOidc, type Person } from './oidc.ts';
import { ANYONE } from './rule.ts';
import { nextOf } from './to-login.ts';

interface Ports extends LoginPorts {
  readSecret(ref: SecretRef): Promise<string>;
  onError(error: unknown, what: string): void;
}

const CALLBACK = '/login/oidc/callback';
const STATE = 'barewright-oidc';
const TEXT = { type: 'string', maxLength: 4_096 };
/** RFC 6749 §4.1.2, RFC 9207; a provider may add what it likes. */
const CALLBACK_QUERY = {
  type: 'object',
  properties: { code: TEXT, state: TEXT, iss: TEXT, error: TEXT, error_description: TEXT },
};
const TAGS = ['login'];
const NO_PROVIDER = 'the site names no login provider';
const STRANGE = 'No login of this browser is under way, or it took too long. Begin again.';

export function registerOidcLogin(app: FastifyInstance, ports: Ports): void {
  const oidc = createOidc(ports);
  const { identify, sessions } = ports;
  const provider = () => ports.access()?.oidc ?? null;

  app.register(async (scope) => {
    scope.addHook('onSend', async (_request, reply) => {
      reply.headers(PAGE_HEADERS);
    });
    scope.get<{ Querystring: { next?: string } }>(
      '/login/oidc',
      {
        config: ANYONE,
        schema: {
          ...{ summary: 'To the login provider of the site', tags: TAGS },
          querystring: { type: 'object', properties: { next: TEXT } },
        },
      },
      async (request, reply) => leave(request, reply, nextOf(request.query.next)),
    );
    scope.get(
      CALLBACK,
      {
        config: ANYONE,
        schema: { summary: 'Back from the login provider', tags: TAGS, querystring: CALLBACK_QUERY },
      },
      async (request, reply) => comeBack(request, reply),
    );
  });

  async function leave(request: FastifyRequest, reply: FastifyReply, next: string) {
    const to = provider();
    if (!to) return fail(reply, 'not-found', NO_PROVIDER);
    try {
      const { url, state } = await oidc.begin(to, originOf(request) + CALLBACK, next);
      // Lax: the provider's redirect must bring it back.
      const { protocol } = request;
      reply.setCookie(STATE, state, {
        ...{ path: '/login', httpOnly: true, sameSite: 'lax', secure: protocol === 'https', maxAge: 600 },
      });
      return reply.redirect(url, 303);
    } catch (error) {
      ports.onError(error, 'the login provider cannot be asked');
      return refuse(reply.code(503), 'The login provider cannot be asked; the log of the daemon says why.');
    }
  }

  async function comeBack(request: FastifyRequest, reply: FastifyReply) {
    const from = provider();
    if (!from) return fail(reply, 'not-found', NO_PROVIDER);
    const state = request.cookies[STATE];
    reply.clearCookie(STATE, { path: '/login' });
    const person = await personOf(from, request, state ?? '');
    if (typeof person === 'string') {
      const wait = await ports.limits.failed(request);
      if (wait !== null) return tooMany(reply, wait);
      ports.onRefused('login', request.ip);
      return refuse(reply.code(401), person);
    }
    const before = cookieOf(request);
    if (before !== null) sessions.end(before);
    setCookie(request, reply, sessions.open(person).cookie);
    return reply.type('text/html; charset=utf-8').send(textOf(comeInPage(person.next)));
  }

  /** A sentence where it is nobody. */
  async function personOf(from: Oidc, request: FastifyRequest, state: string) {
    let person: Person | null;
    try {
      person = await oidc.finish(from, new URL(request.url, originOf(request)), state);
    } catch (error) {
      ports.onError(error, 'a login at the provider failed');
      return 'The login provider has refused that; the log of the daemon says why.';
    }
    if (!person) return STRANGE;
    const { name, values, issuer, next } = person;
    if (name === null || NO_PERSONS.has(name))
      return `The login provider tells no name that the journal can bear (claim ${from.nameClaim}).`;
    const proof = { kind: 'oidc', issuer, name, values } as const;
    if (!identify.proof(proof))
      return `${name} has no role here: none of the values of the claim ${from.rolesClaim} is in spec.access.oidc.roles.`;
    return { ...proof, next };
  }

  function refuse(reply: FastifyReply, problem: string): FastifyReply {
    return showLogin(reply, { code: '', next: '/', problem, provider: providerOf(ports.access()) });
  }
}

/** The guard has seen that the host is one of this server's names. */
function originOf({ protocol, headers }: FastifyRequest): string {
  return `${protocol}://${headers.host}`;
}
