/** A page is an object, and the way it is shown. The object alone is the page's JSON twin: both carry the same. */

import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import type { StatusView } from '../../model/api.ts';
import { READS } from '../access/rule.ts';
import type { PageUser } from './actions/user.ts';
import { type Ask, addressWith, askOf } from './ask.ts';
import { type Html, html, textOf } from './html.ts';
import { type Frame, layout } from './layout.ts';
import type { Section } from './nav.ts';

export type View = Omit<Frame, 'who' | 'status' | 'section' | 'twin'>;

export interface Page<Model extends { status: StatusView }> {
  /** `/plans`, `/nodes/:name`. */
  path: string;
  section: Section;
  /** What it answers, for the list of routes. */
  summary: string;
  /** Null where there is no such thing; `missing` then says so. */
  model(ask: Ask): Promise<Model | null> | Model | null;
  view(model: Model, ask: Ask): View;
  missing?(ask: Ask): Html;
}

export interface PageContext {
  /** Frames what was not found. */
  status(): StatusView;
  who(request: FastifyRequest): PageUser | null;
}

/** Adds the page, and its twin at `?format=json`. */
export function addPage<Model extends { status: StatusView }>(
  app: FastifyInstance,
  page: Page<Model>,
  { status, who }: PageContext,
): void {
  const { path, section, summary } = page;
  app.get(
    path,
    { config: READS, schema: { summary, tags: ['pages'] } as FastifySchema },
    async (request, reply) => {
      const ask = { ...askOf(request), who: who(request) };
      const model = await page.model(ask);
      if (wantsJson(request)) return sendTwin(reply, model);
      const twin = addressWith(ask, { format: 'json' });
      if (!model) {
        const main = html`<p class="empty">${page.missing?.(ask) ?? 'There is no such page.'} <a href="/">To the rack</a></p>`;
        return send(
          reply.code(404),
          layout({ ...NOT_FOUND, who: ask.who, main, status: status(), section, twin: null }),
        );
      }
      return send(
        reply,
        layout({ ...page.view(model, ask), who: ask.who, status: model.status, section, twin }),
      );
    },
  );
}

const NOT_FOUND = { title: 'Not found', kind: 'plain', heading: html`<h1>Not found</h1>` } as const;

/** By the address; or by the header, where a program and not a browser asks. */
function wantsJson({ query, headers }: FastifyRequest): boolean {
  const format = (query as Ask['query'])['format'];
  if (format !== undefined) return format === 'json';
  const accept = headers.accept ?? '';
  return accept.includes('application/json') && !accept.includes('text/html');
}

function sendTwin(reply: FastifyReply, model: object | null): FastifyReply {
  reply.header('vary', 'accept');
  if (model) return reply.send(model);
  return reply.code(404).send({ error: { code: 'not-found', message: 'there is no such page' } });
}

export function send(reply: FastifyReply, markup: Html): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('vary', 'accept').send(textOf(markup));
}
