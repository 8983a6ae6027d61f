/** The control plane: the API that the command line, the pages and other programs use, behind one guard. */

import cookies from '@fastify/cookie';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { actorOf } from './access/actor.ts';
import { addGuard } from './access/guard.ts';
import { isLocalHost } from './access/host.ts';
import { createIdentify } from './access/identify.ts';
import { addLimits, DEFAULT_LIMITS } from './access/limits.ts';
import { registerLogin } from './access/login.ts';
import { registerOidcLogin } from './access/oidc-login.ts';
import { createSessions } from './access/sessions.ts';
import { fail, isCoded } from './answers.ts';
import { registerChanges } from './change-routes.ts';
import type { ControlPorts } from './control-ports.ts';
import { registerEvents } from './event-routes.ts';
import { registerLedger } from './ledger-routes.ts';
import { registerManage } from './manage-routes.ts';
import { registerNotifications } from './notification-routes.ts';
import { describeRoutes, registerDocument } from './openapi.ts';
import { userOf } from './page/actions/user.ts';
import { registerPages } from './page/register.ts';
import { registerReads } from './read-routes.ts';
import { addShapes } from './shapes/all.ts';
import { registerStories } from './story-routes.ts';

/** A request that is not there in full by then is let go; so is a handshake. ms. */
const SLOW = { request: 30_000, look: 5_000, handshake: 10_000 };

function createServer({ tls, slow = SLOW }: Pick<ControlPorts, 'tls' | 'slow'>): FastifyInstance {
  const looks = { connectionsCheckingInterval: slow.look, headersTimeout: slow.request };
  const options = {
    bodyLimit: 64 * 1024,
    requestTimeout: slow.request,
    forceCloseConnections: true,
    // A mistyped filter must not answer with everything.
    ajv: { customOptions: { removeAdditional: false } },
    // Of an address that cannot be read, before there is a route.
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) =>
      void fail(reply, 'bad-request', error.message),
  };
  if (!tls) return Fastify({ ...options, http: looks });
  const https = { ...looks, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: slow.handshake } as const;
  return Fastify({ ...options, https }) as unknown as FastifyInstance;
}

export function createControlPlane(ports: ControlPorts): FastifyInstance {
  const app = createServer(ports);
  app.register(cookies);
  const sessions = createSessions(ports.clock);
  const identify = createIdentify({ ...ports, sessions });
  const limits = addLimits(app, { ...DEFAULT_LIMITS, ...ports.limits });
  const { isServed = isLocalHost } = ports;
  addGuard(app, { ...ports, isServed, identify: identify.request, limits });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  // Where all of a body may be left out, so may the body.
  app.addHook('preValidation', async (request) => {
    if (request.method === 'POST') request.body ??= {};
  });
  // Schemas of answers describe; they do not take fields out.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  app.setNotFoundHandler((request, reply) =>
    fail(reply, 'not-found', `there is no ${request.method} ${request.url}`),
  );
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));

  addShapes(app);
  describeRoutes(app, ports.version);
  // In a plugin of their own, so that the document sees them.
  app.register(async (routes) => {
    registerDocument(routes);
    registerLogin(routes, { ...ports, identify, sessions, limits });
    registerOidcLogin(routes, { ...ports, identify, sessions, limits });
    registerReads(routes, ports);
    registerEvents(routes, ports);
    registerStories(routes, ports);
    registerLedger(routes, ports);
    registerNotifications(routes, ports);
    registerChanges(routes, ports);
    registerManage(routes, ports);
    registerPages(routes, {
      ...ports,
      who: ports.who ?? userOf,
      images: () => ports.list('images'),
      profiles: () => ports.list('profiles'),
      actor: actorOf,
    });
  });

  function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
    if (isCoded(error)) return fail(reply, error.code, error.message, error.hint);
    const status = (error as { statusCode?: number }).statusCode;
    if (status !== undefined && status < 500) return fail(reply, 'bad-request', (error as Error).message);
    ports.onError(error, `${request.method} ${request.routeOptions.url ?? request.url}`);
    return fail(reply, 'internal', 'this did not work; the log of the daemon says why');
  }

  return app;
}
