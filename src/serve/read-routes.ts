/** What the control API tells: health, nodes, what is declared, the plan. */

import type { FastifyInstance } from 'fastify';
import { ANYONE, READS } from './access/rule.ts';
import { fail, notReady } from './answers.ts';
import type { ControlPorts } from './control-ports.ts';
import { LINES_QUERY } from './control-schemas.ts';

type Named = { Params: { name: string } };

const config = READS;

export function registerReads(app: FastifyInstance, ports: ControlPorts): void {
  /** Before the first commit is in force nothing is known of any node, which is not the same as "there are none". */
  const isReady = () => ports.status().inForce !== null;
  const noSuchNode = (name: string) => `there is no node ${name} in the inventory`;

  app.get('/healthz', { config: ANYONE }, async () => ({ ok: true }));
  app.get('/readyz', { config: ANYONE }, async (_request, reply) =>
    isReady() ? { ok: true } : notReady(reply),
  );
  app.get('/metrics', { config }, async (_request, reply) =>
    reply.type(ports.metrics.contentType).send(await ports.metrics.text()),
  );
  app.get('/api/v1/status', { config }, async () => ports.status());
  app.get('/api/v1/nodes', { config }, async (_request, reply) =>
    isReady() ? ports.nodes() : notReady(reply),
  );
  app.get<Named>('/api/v1/nodes/:name', { config }, async ({ params }, reply) => {
    if (!isReady()) return notReady(reply);
    return ports.node(params.name) ?? fail(reply, 'not-found', noSuchNode(params.name));
  });
  app.get<Named & { Querystring: { lines: number; install?: string } }>(
    '/api/v1/nodes/:name/installer-log',
    { config, schema: { querystring: LINES_QUERY } },
    async ({ params, query }, reply) => {
      const node = isReady() ? ports.node(params.name) : null;
      const found = node && ports.installerLog(node.name, query.lines, query.install);
      return found ?? fail(reply, 'not-found', `no installer of ${params.name} has sent its log`);
    },
  );
  app.get<Named>('/api/v1/nodes/:name/files', { config }, async ({ params }, reply) => {
    const node = isReady() ? ports.node(params.name) : null;
    return (node && ports.files(node.name)) ?? fail(reply, 'not-found', noSuchNode(params.name));
  });
  for (const kind of ['pools', 'profiles', 'images', 'stacks'] as const) {
    app.get(`/api/v1/${kind}`, { config }, async () => ports.list(kind));
  }
  app.get<{ Querystring: { to?: string } }>('/api/v1/plan', { config }, async ({ query }, reply) => {
    const plan = await ports.plan(query.to ?? null);
    return plan ?? notReady(reply);
  });
}
