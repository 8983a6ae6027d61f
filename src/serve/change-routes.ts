/** What the control API does. Each is journaled with its actor. */

import type { FastifyInstance } from 'fastify';
import type { EventData } from '../model/event.ts';
import { actorOf } from './access/actor.ts';
import { ACTS, ADMIN, APPROVES_PLAN, LOOKS } from './access/rule.ts';
import { done } from './answers.ts';
import type { ControlPorts } from './control-ports.ts';
import { HISTORY_BODY, HOLD_BODY, PAUSE_BODY, WHY_BODY } from './control-schemas.ts';
import { ref } from './shapes/shape.ts';

type Named = { Params: { name: string } };
type NamedWhy = Named & { Body: { why: string } };

export function registerChanges(app: FastifyInstance, ports: ControlPorts): void {
  app.post(
    '/api/v1/reconcile',
    {
      config: LOOKS,
      schema: { summary: 'Look at Git and at all nodes now', tags: ['site'], response: { 200: ref('Done') } },
    },
    async () => done(ports.reconcile(null)),
  );
  app.post<{ Body: { digest: string; why: string } }>(
    '/api/v1/approve',
    {
      config: APPROVES_PLAN,
      schema: {
        summary: 'Approve all that a plan holds',
        tags: ['site'],
        response: { 200: ref('Approved') },
        body: { ...WHY_BODY, required: ['digest'] },
      },
    },
    async (request) => ports.approvePlan(request.body.digest, actorOf(request), request.body.why),
  );
  app.post<{ Body: { head: string; why: string } }>(
    '/api/v1/accept-history',
    {
      config: ADMIN,
      schema: {
        summary: 'Go on with a branch that was rewritten',
        tags: ['site'],
        response: { 200: ref('Done') },
        body: HISTORY_BODY,
      },
    },
    async (request) => done(ports.acceptHistory(request.body.head, actorOf(request), request.body.why)),
  );
  app.post(
    '/api/v1/images/gc',
    {
      config: ADMIN,
      schema: {
        summary: 'Begin to clean up the own registry',
        tags: ['images'],
        response: { 200: ref('Begun') },
      },
    },
    async (request) => ports.collectImages(actorOf(request)),
  );
  changeNodes(app, ports);
}

function changeNodes(app: FastifyInstance, ports: ControlPorts): void {
  const path = (verb: string) => `/api/v1/nodes/:name/${verb}`;
  /** People may name an address. What is not there is for the operation to refuse. */
  const nameOf = ({ params }: { params: { name: string } }) => ports.node(params.name)?.name ?? params.name;
  const config = ACTS;
  app.post<Named>(
    path('reconcile'),
    { config, schema: { summary: 'Look at a node now', tags: ['nodes'], response: { 200: ref('Done') } } },
    async (request) => done(ports.reconcile(nameOf(request))),
  );
  app.post<NamedWhy>(
    path('approve'),
    {
      config,
      schema: {
        summary: 'Approve what a guard holds of a node',
        tags: ['nodes'],
        response: { 200: ref('Done') },
        body: WHY_BODY,
      },
    },
    async (request) => done(ports.approveNode(nameOf(request), actorOf(request), request.body.why)),
  );
  app.post<Named & { Body: { why: string; until: number | null } }>(
    path('pause'),
    {
      config,
      schema: {
        summary: 'Leave a node alone for a while',
        tags: ['nodes'],
        response: { 200: ref('Done') },
        body: PAUSE_BODY,
      },
    },
    async (request) => {
      const { why, until } = request.body;
      return done(ports.pause(nameOf(request), actorOf(request), why, until));
    },
  );
  app.post<Named>(
    path('resume'),
    {
      config,
      schema: { summary: 'End the pause of a node', tags: ['nodes'], response: { 200: ref('Done') } },
    },
    async (request) => done(ports.resume(nameOf(request), actorOf(request))),
  );
  app.post<Named>(
    path('retry'),
    {
      config,
      schema: { summary: 'Let a stuck node try again', tags: ['nodes'], response: { 200: ref('Done') } },
    },
    async (request) => done(ports.retry(nameOf(request), actorOf(request))),
  );
  app.post<NamedWhy>(
    path('cycle'),
    {
      config,
      schema: {
        summary: 'Power-cycle a settled node',
        tags: ['nodes'],
        response: { 200: ref('Done') },
        body: WHY_BODY,
      },
    },
    async (request) => done(ports.cycle(nameOf(request), actorOf(request), request.body.why)),
  );
  app.post<Named & { Body: EventData['PowerHeld'] }>(
    path('power-hold'),
    {
      config,
      schema: {
        summary: 'Hold the power of a node on or off for a while',
        tags: ['nodes'],
        response: { 200: ref('Done') },
        body: HOLD_BODY,
      },
    },
    async (request) => done(ports.holdPower(nameOf(request), actorOf(request), request.body)),
  );
  app.post<Named>(
    path('power-release'),
    {
      config,
      schema: {
        summary: 'Let Git decide about the power again',
        tags: ['nodes'],
        response: { 200: ref('Done') },
      },
    },
    async (request) => done(ports.releasePower(nameOf(request), actorOf(request))),
  );
}
