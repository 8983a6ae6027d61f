/** The words of a plain master controller: switch a node, or have it installed, by name or address. */

import type { FastifyInstance, FastifyReply } from 'fastify';
import type { InstallAnswer, ManageAnswer, NodeView } from '../model/api.ts';
import { actorOf } from './access/actor.ts';
import { ACTS } from './access/rule.ts';
import { fail, whenReady } from './answers.ts';
import type { ControlPorts } from './control-ports.ts';
import { MANAGE_BODY } from './control-schemas.ts';
import { ref } from './shapes/shape.ts';

type Named = { Params: { name: string } };
type Manage = Named & { Body: { command: Command; hours: number; why: string } };
type Command = 'install' | 'on' | 'off' | 'cycle';

const HOUR = 3_600_000;
const TAGS = ['manage'];

export function registerManage(app: FastifyInstance, ports: ControlPorts): void {
  const preHandler = whenReady(ports);
  app.post<Manage>(
    '/api/v1/manage/:name',
    {
      ...{ config: ACTS, preHandler },
      schema: {
        ...{
          summary: 'Switch a node on or off for some hours, cycle it, or ask how it is installed',
          tags: TAGS,
        },
        ...{ body: MANAGE_BODY, response: { 200: ref('ManageAnswer') } },
      },
    },
    async (request, reply): Promise<ManageAnswer | FastifyReply> => {
      const node = ports.node(request.params.name);
      if (!node) return fail(reply, 'not-found', `there is no node ${request.params.name} in the inventory`);
      const { command, hours, why } = request.body;
      if (command === 'install') return whatToCommit(node);
      const actor = actorOf(request);
      if (command === 'cycle') await ports.cycle(node.name, actor, why);
      else {
        const until = Math.round(ports.clock() + hours * HOUR);
        await ports.holdPower(node.name, actor, {
          state: command,
          until,
          why: why || 'asked for by the API',
        });
      }
      return { node: node.name, done: true };
    },
  );
  app.post<Named>(
    '/api/v1/nodes/:name/install',
    {
      ...{ config: ACTS, preHandler },
      schema: {
        summary: 'What to commit to have a node installed',
        tags: TAGS,
        response: { 200: ref('InstallAnswer') },
      },
    },
    async ({ params }, reply) => {
      const node = ports.node(params.name);
      return node
        ? whatToCommit(node)
        : fail(reply, 'not-found', `there is no node ${params.name} in the inventory`);
    },
  );
}

/** The daemon has no right to write to the repository: an install is a commit, and a person's or a program's. */
function whatToCommit({ name, desired, record }: NodeView): InstallAnswer {
  const generation = Math.max(desired.generation, record?.generation ?? 0) + 1;
  return {
    ...{ node: name, done: false },
    commit: { field: 'spec.install.generation', value: generation, source: desired.source },
    command: `barewright install ${name} --pr`,
  };
}
