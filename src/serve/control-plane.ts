/** The control plane: the API that the command line, the pages and other programs use, behind one guard. */

import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ImageView } from '../model/api.ts';
import type { Profile } from '../model/desired.ts';
import { actorOf } from './access/actor.ts';
import { addGuard } from './access/guard.ts';
import { isLocalHost } from './access/host.ts';
import { identifyBy } from './access/identify.ts';
import { fail, isCoded } from './answers.ts';
import { registerChanges } from './change-routes.ts';
import type { ControlPorts } from './control-ports.ts';
import { registerEvents } from './event-routes.ts';
import { registerLedger } from './ledger-routes.ts';
import { registerNotifications } from './notification-routes.ts';
import { userOf } from './page/actions/user.ts';
import { registerPages } from './page/register.ts';
import { registerReads } from './read-routes.ts';
import { registerStories } from './story-routes.ts';

export function createControlPlane(ports: ControlPorts): FastifyInstance {
  const app = Fastify({
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    // A mistyped filter must not answer with everything.
    ajv: { customOptions: { removeAdditional: false } },
  });
  addGuard(app, { ...ports, isServed: isLocalHost, identify: identifyBy(ports) });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  app.setNotFoundHandler((request, reply) => fail(reply, 'not-found', `there is no ${request.url}`));
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));

  registerReads(app, ports);
  registerEvents(app, ports);
  registerStories(app, ports);
  registerLedger(app, ports);
  registerNotifications(app, ports);
  registerChanges(app, ports);
  registerPages(app, {
    ...ports,
    who: ports.who ?? userOf,
    images: () => ports.list('images') as ImageView[],
    profiles: () => ports.list('profiles') as Profile[],
    actor: actorOf,
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
