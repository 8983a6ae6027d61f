/** Login and logout of browsers. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../../model/access.ts';
import type { LoginLink } from '../../model/api.ts';
import { fail } from '../answers.ts';
import { takeForms } from '../page/actions/take-forms.ts';
import { textOf } from '../page/html.ts';
import { PAGE_HEADERS } from '../page/security.ts';
import { ref } from '../shapes/shape.ts';
import { clearCookie, cookieOf, setCookie } from './cookie.ts';
import { tooMany } from './guard.ts';
import type { Identify } from './identify.ts';
import type { Limits } from './limits.ts';
import { type LoginView, loginPage, REFUSED } from './login-page.ts';
import { createOneTime } from './one-time.ts';
import { ADMIN, ANYONE, READS } from './rule.ts';
import type { Sessions } from './sessions.ts';
import { nextOf } from './to-login.ts';

export interface LoginPorts {
  access(): Access | null;
  address?: (() => string | null) | undefined;
  identify: Identify;
  sessions: Sessions;
  limits: Limits;
  onRefused(what: 'token' | 'login', address: string): void;
  clock(): number;
}

interface LoginForm {
  token: string;
  code: string;
  next: string;
}

const TEXT = { type: 'string', maxLength: 512 };
const LOGIN_BODY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    token: { ...TEXT, default: '', description: 'As `barewright token create` printed it.' },
    code: {
      ...TEXT,
      default: '',
      description: 'Of a link that `barewright login` printed, instead of a token.',
    },
    next: { ...TEXT, default: '/', description: 'The page to go on to.' },
  },
};
const LOGIN_QUERY = { type: 'object', properties: { code: TEXT, next: TEXT } };
const TAGS = ['login'];

export function registerLogin(app: FastifyInstance, ports: LoginPorts): void {
  const { identify, sessions } = ports;
  const codes = createOneTime(ports.clock);
  const provider = () => providerOf(ports.access());

  app.post(
    '/api/v1/login-links',
    {
      config: ADMIN,
      schema: {
        summary: 'A link that logs in once, within two minutes',
        tags: TAGS,
        response: { 200: ref('LoginLink') },
      },
    },
    async ({ principal }, reply) => {
      // A session of the control token must not outlive the token of somebody else.
      if (principal?.via !== 'control-token') return fail(reply, 'forbidden', 'this takes the control token');
      const path = `/login?code=${codes.make(principal.name)}`;
      return { path, address: ports.address?.() ?? null } satisfies LoginLink;
    },
  );
  app.register(async (scope) => {
    takeForms(scope);
    scope.addHook('onSend', async (_request, reply) => {
      reply.headers(PAGE_HEADERS);
    });
    scope.get<{ Querystring: Partial<LoginForm> }>(
      '/login',
      {
        config: ANYONE,
        schema: { summary: 'The form to log in with', tags: TAGS, querystring: LOGIN_QUERY },
      },
      async ({ query: { code = '', next } }, reply) =>
        showLogin(reply, { code, next: nextOf(next), problem: null, provider: provider() }),
    );
    scope.post<{ Body: LoginForm }>(
      '/login',
      { config: ANYONE, schema: { summary: 'Log in', tags: TAGS, body: LOGIN_BODY } },
      async (request, reply) => logIn(request, request.body, reply),
    );
    scope.post(
      '/logout',
      { config: READS, schema: { summary: 'Log out', tags: TAGS } },
      async (request, reply) => {
        const cookie = cookieOf(request);
        if (cookie !== null) sessions.end(cookie);
        clearCookie(request, reply);
        return reply.redirect('/login', 303);
      },
    );
  });

  async function logIn(request: FastifyRequest, { token, code, next }: LoginForm, reply: FastifyReply) {
    const name = code === '' ? null : codes.take(code);
    const proof = name === null ? identify.token(token.trim()) : ({ kind: 'control', name } as const);
    if (!proof || !identify.proof(proof)) {
      const wait = await ports.limits.failed(request);
      if (wait !== null) return tooMany(reply, wait);
      ports.onRefused('login', request.ip);
      const view = { code: '', next: nextOf(next), problem: REFUSED, provider: provider() };
      return showLogin(reply.code(401), view);
    }
    const before = cookieOf(request);
    if (before !== null) sessions.end(before);
    setCookie(request, reply, sessions.open(proof).cookie);
    return reply.redirect(nextOf(next), 303);
  }
}

export function showLogin(reply: FastifyReply, view: LoginView): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(textOf(loginPage(view)));
}

/** Host of the login provider, for people. */
export function providerOf(access: Access | null): string | null {
  return access?.oidc ? new URL(access.oidc.issuer).host : null;
}
