/** Where the forms of the pages are sent to. Each answers by leading back to the page, which then tells of it. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiErrorCode, StatusView } from '../../../model/api.ts';
import type { Operations } from '../../../model/operations.ts';
import { ACTS, APPROVES_PLAN } from '../../access/rule.ts';
import { ONE_LINE } from '../../control-schemas.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';
import { send } from '../page.ts';
import type { Verb } from './offers.ts';
import { takeForms } from './take-forms.ts';

export interface ActionPorts extends Operations {
  status(): StatusView;
  /** The name that the journal keeps. */
  actor(request: FastifyRequest): string;
  reconcile(node: string | null): Promise<void>;
}

interface Form {
  why: string;
  hours: number;
  /** Whatever the hours say. */
  open?: 'yes';
  state: 'on' | 'off';
  digest: string;
}

type Act = (name: string, actor: string, form: Form) => Promise<unknown>;

const LINE = {
  type: 'string',
  maxLength: 200,
  default: '',
  pattern: ONE_LINE,
};
const BODY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...{
      csrf: { type: 'string', maxLength: 200 },
      why: LINE,
      state: { enum: ['on', 'off'], default: 'off' },
    },
    open: { const: 'yes' },
    hours: { type: 'number', minimum: 0.1, maximum: 10_000, default: 2 },
    digest: { type: 'string', pattern: '^[0-9a-f]{12}$' },
  },
};
const HOUR = 3_600_000;

export function addActions(pages: FastifyInstance, ports: ActionPorts): void {
  takeForms(pages);
  const until = (hours: number) => Math.round(ports.status().now + hours * HOUR);
  const verbs: Record<Verb, Act> = {
    approve: (name, actor, { why }) => ports.approveNode(name, actor, why),
    retry: (name, actor) => ports.retry(name, actor),
    pause: (name, actor, { why, hours, open }) => ports.pause(name, actor, why, open ? null : until(hours)),
    resume: (name, actor) => ports.resume(name, actor),
    cycle: (name, actor, { why }) => ports.cycle(name, actor, why),
    'power-hold': (name, actor, { state, hours, why }) =>
      ports.holdPower(name, actor, { state, until: until(hours), why }),
    'power-release': (name, actor) => ports.releasePower(name, actor),
    reconcile: (name) => ports.reconcile(name),
  };
  for (const [verb, act] of Object.entries(verbs)) {
    pages.post<{ Params: { name: string }; Body: Form }>(
      `/actions/nodes/:name/${verb}`,
      { schema: { body: BODY }, config: ACTS },
      async (request, reply) => {
        const { name } = request.params;
        const back = `/nodes/${encodeURIComponent(name)}`;
        return carryOut(reply, back, verb, () => act(name, ports.actor(request), request.body));
      },
    );
  }
  pages.post<{ Body: Form }>(
    '/actions/approve',
    { schema: { body: { ...BODY, required: ['digest'] } }, config: APPROVES_PLAN },
    async (request, reply) => {
      const { digest, why } = request.body;
      return carryOut(reply, '/plans', 'approve', () => ports.approvePlan(digest, ports.actor(request), why));
    },
  );

  async function carryOut(reply: FastifyReply, back: string, verb: string, act: () => Promise<unknown>) {
    try {
      await act();
      return reply.redirect(`${back}?done=${verb}`, 303);
    } catch (error) {
      const { code, hint } = error as { code?: ApiErrorCode; hint?: string };
      if (!(error instanceof Error) || code === undefined || code === 'internal') throw error;
      return refused(reply, back, error.message, hint);
    }
  }

  function refused(reply: FastifyReply, back: string, message: string, hint: string | undefined) {
    const main = html`<div class="page"><p class="banner tone-bad">${message}.${hint !== undefined && html` ${hint}.`}</p>
      <p class="turn"><a href="${back}">Back</a></p></div>`;
    const frame = {
      title: 'Refused',
      kind: 'plain',
      section: 'rack',
      heading: html`<h1>This was refused</h1>`,
    } as const;
    return send(reply.code(409), layout({ ...frame, main, status: ports.status(), twin: null }));
  }
}
