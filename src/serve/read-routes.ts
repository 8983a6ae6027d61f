/** What the control API tells: health, nodes, what is declared, the plan. */

import type { FastifyInstance } from 'fastify';
import { ANYONE, READS } from './access/rule.ts';
import { fail, notReady, whenReady } from './answers.ts';
import type { ControlPorts } from './control-ports.ts';
import { LINES_QUERY, PLAN_QUERY } from './control-schemas.ts';
import { list, ref, TEXT } from './shapes/shape.ts';

type Named = { Params: { name: string } };

const config = READS;

const METRICS = { description: 'In the text format', content: { 'text/plain': { schema: TEXT } } };
const DECLARED = { pools: 'PoolView', profiles: 'ProfileView', images: 'ImageView', stacks: 'StackView' };

export function registerReads(app: FastifyInstance, ports: ControlPorts): void {
  const preHandler = whenReady(ports);
  const noSuchNode = (name: string) => `there is no node ${name} in the inventory`;

  app.get(
    '/healthz',
    {
      config: ANYONE,
      schema: { summary: 'Whether the daemon is alive', tags: ['health'], response: { 200: ref('Done') } },
    },
    async () => ({ ok: true }),
  );
  app.get(
    '/readyz',
    {
      ...{ config: ANYONE, preHandler },
      schema: { summary: 'Whether a commit is in force', tags: ['health'], response: { 200: ref('Done') } },
    },
    async () => ({ ok: true }),
  );
  app.get(
    '/metrics',
    { config, schema: { summary: 'Metrics for Prometheus', tags: ['health'], response: { 200: METRICS } } },
    async (_request, reply) => reply.type(ports.metrics.contentType).send(await ports.metrics.text()),
  );
  app.get(
    '/api/v1/status',
    {
      config,
      schema: {
        summary: 'What is in force, and how it goes',
        tags: ['site'],
        response: { 200: ref('StatusView') },
      },
    },
    async () => ports.status(),
  );
  app.get(
    '/api/v1/nodes',
    {
      config,
      preHandler,
      schema: { summary: 'All nodes', tags: ['nodes'], response: { 200: list(ref('NodeView')) } },
    },
    async () => ports.nodes(),
  );
  app.get<Named>(
    '/api/v1/nodes/:name',
    {
      ...{ config, preHandler },
      schema: {
        summary: 'One node, by name or address',
        tags: ['nodes'],
        response: { 200: ref('NodeView') },
      },
    },
    async ({ params }, reply) => ports.node(params.name) ?? fail(reply, 'not-found', noSuchNode(params.name)),
  );
  app.get<Named & { Querystring: { lines: number; install?: string } }>(
    '/api/v1/nodes/:name/installer-log',
    {
      ...{ config, preHandler },
      schema: {
        summary: 'What the installer of an attempt has said',
        tags: ['nodes'],
        response: { 200: ref('InstallerLogView') },
        querystring: LINES_QUERY,
      },
    },
    async ({ params, query }, reply) => {
      const node = ports.node(params.name);
      const found = node && ports.installerLog(node.name, query.lines, query.install);
      return found ?? fail(reply, 'not-found', `no installer of ${params.name} has sent its log`);
    },
  );
  app.get<Named>(
    '/api/v1/nodes/:name/files',
    {
      ...{ config, preHandler },
      schema: {
        summary: 'What a node would be served now',
        tags: ['nodes'],
        response: { 200: list(ref('ServedFile')) },
      },
    },
    async ({ params }, reply) => {
      const node = ports.node(params.name);
      return (node && ports.files(node.name)) ?? fail(reply, 'not-found', noSuchNode(params.name));
    },
  );
  for (const kind of ['pools', 'profiles', 'images', 'stacks'] as const) {
    app.get(
      `/api/v1/${kind}`,
      {
        ...{ config, preHandler },
        schema: {
          summary: 'What is declared of this kind',
          tags: ['site'],
          response: { 200: list(ref(DECLARED[kind])) },
        },
      },
      async () => ports.list(kind),
    );
  }
  app.get<{ Querystring: { to?: string } }>(
    '/api/v1/plan',
    {
      config,
      schema: {
        summary: 'What will be done, and why; of a step to another revision with `to`',
        tags: ['site'],
        querystring: PLAN_QUERY,
        response: { 200: ref('Plan') },
      },
    },
    async ({ query }, reply) => {
      const plan = await ports.plan(query.to ?? null);
      return plan ?? notReady(reply);
    },
  );
}
