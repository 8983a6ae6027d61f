/** What the control API does. Each is journaled with its actor. */

import type { FastifyInstance } from 'fastify';
import type { EventData } from '../model/event.ts';
import { actorOf } from './access/actor.ts';
import { ACTS, ADMIN, APPROVES_PLAN, LOOKS } from './access/rule.ts';
import { done } from './answers.ts';
import type { ControlPorts } from './control-ports.ts';
import { HISTORY_BODY, HOLD_BODY, PAUSE_BODY, WHY_BODY } from './control-schemas.ts';

type Named = { Params: { name: string } };
type NamedWhy = Named & { Body: { why: string } };

export function registerChanges(app: FastifyInstance, ports: ControlPorts): void {
  app.post('/api/v1/reconcile', { config: LOOKS }, async () => done(ports.reconcile(null)));
  app.post<{ Body: { digest: string; why: string } }>(
    '/api/v1/approve',
    { config: APPROVES_PLAN, schema: { body: { ...WHY_BODY, required: ['digest'] } } },
    async (request) => ports.approvePlan(request.body.digest, actorOf(request), request.body.why),
  );
  app.post<{ Body: { head: string; why: string } }>(
    '/api/v1/accept-history',
    { config: ADMIN, schema: { body: HISTORY_BODY } },
    async (request) => done(ports.acceptHistory(request.body.head, actorOf(request), request.body.why)),
  );
  app.post('/api/v1/images/gc', { config: ADMIN }, async (request) => ports.collectImages(actorOf(request)));
  changeNodes(app, ports);
}

function changeNodes(app: FastifyInstance, ports: ControlPorts): void {
  const path = (verb: string) => `/api/v1/nodes/:name/${verb}`;
  /** People may name an address. What is not there is for the operation to refuse. */
  const nameOf = ({ params }: { params: { name: string } }) => ports.node(params.name)?.name ?? params.name;
  const config = ACTS;
  app.post<Named>(path('reconcile'), { config }, async (request) => done(ports.reconcile(nameOf(request))));
  app.post<NamedWhy>(path('approve'), { config, schema: { body: WHY_BODY } }, async (request) =>
    done(ports.approveNode(nameOf(request), actorOf(request), request.body.why)),
  );
  app.post<Named & { Body: { why: string; until: number | null } }>(
    path('pause'),
    { config, schema: { body: PAUSE_BODY } },
    async (request) => {
      const { why, until } = request.body;
      return done(ports.pause(nameOf(request), actorOf(request), why, until));
    },
  );
  app.post<Named>(path('resume'), { config }, async (request) =>
    done(ports.resume(nameOf(request), actorOf(request))),
  );
  app.post<Named>(path('retry'), { config }, async (request) =>
    done(ports.retry(nameOf(request), actorOf(request))),
  );
  app.post<NamedWhy>(path('cycle'), { config, schema: { body: WHY_BODY } }, async (request) =>
    done(ports.cycle(nameOf(request), actorOf(request), request.body.why)),
  );
  app.post<Named & { Body: EventData['PowerHeld'] }>(
    path('power-hold'),
    { config, schema: { body: HOLD_BODY } },
    async (request) => done(ports.holdPower(nameOf(request), actorOf(request), request.body)),
  );
  app.post<Named>(path('power-release'), { config }, async (request) =>
    done(ports.releasePower(nameOf(request), actorOf(request))),
  );
}
