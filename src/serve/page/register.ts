/** The pages' routes: whole pages, the fragments that keep them true, and their style and script. */

import type { FastifyInstance, FastifyReply } from 'fastify';
import type { NodeView, StatusView } from '../../model/api.ts';
import type { Commit } from '../../model/desired.ts';
import type { Journal } from '../../model/journal.ts';
import { isFresh, loadAssets } from './assets.ts';
import { ATTEMPT_REASONS } from './attempts.ts';
import { banners } from './banners.ts';
import { cell } from './cell.ts';
import { type Filter, filterOf, NO_FILTER } from './filter.ts';
import { home } from './home.ts';
import { type Html, html, textOf } from './html.ts';
import { layout } from './layout.ts';
import { lines } from './log.ts';
import { poolLinks, rack } from './rack.ts';
import { PAGE_HEADERS } from './security.ts';
import { story, storyHeading, storyPage } from './story.ts';
import { summary, totals } from './summary.ts';

export interface PagePorts {
  status(): StatusView;
  nodes(): NodeView[];
  node(nameOrAddress: string): NodeView | null;
  journal: Pick<Journal, 'read'>;
}

type Named = { Params: { name: string } };
type Query = { Querystring: Record<string, unknown> };

/** Events that a page begins with, and at most brings in at one time. */
const LOG_EVENTS = 300;
const ATTEMPT_EVENTS = 60;

/** Adds the pages to the control plane. */
export function registerPages(app: FastifyInstance, ports: PagePorts): void {
  app.register(async (pages) => {
    pages.addHook('onSend', async (_request, reply) => {
      reply.headers(PAGE_HEADERS);
    });
    registerAssets(pages);

    pages.get<Query>('/', async ({ query }, reply) => send(reply, homePage(filterOf(query))));
    pages.get<Named>('/nodes/:name', async ({ params }, reply) => {
      const node = ports.node(params.name);
      return node ? send(reply, nodePage(node)) : send(reply.code(404), missingPage(params.name));
    });

    pages.get('/fragments/summary', async (_request, reply) => {
      const status = ports.status();
      return send(reply, html`${totals(status, NO_FILTER)}${summaryNow(status, ports.nodes())}`);
    });
    pages.get('/fragments/rack', async (_request, reply) => {
      const [status, nodes] = [ports.status(), ports.nodes()];
      return send(reply, html`${rack(nodes, status, NO_FILTER)}${poolLinks(nodes, NO_FILTER)}`);
    });
    pages.get<Named>('/fragments/node/:name', async ({ params }, reply) => {
      const node = ports.node(params.name);
      return node ? send(reply, cell(node, ports.status().now)) : gone(reply);
    });
    pages.get<Named>('/fragments/story/:name', async ({ params }, reply) => {
      const node = ports.node(params.name);
      return node ? send(reply, html`${storyHeading(node)}${storyNow(node)}`) : gone(reply);
    });
    pages.get<Query>('/fragments/log', async ({ query }, reply) => {
      const after = Number(query['after']);
      const about = typeof query['node'] === 'string' ? query['node'] : null;
      return send(
        reply,
        lines(
          eventsOf(about).filter(({ id }) => !(id <= after)),
          about,
        ),
      );
    });
  });

  function homePage(filter: Filter): Html {
    const [status, nodes, events] = [ports.status(), ports.nodes(), eventsOf(null)];
    const main = home({ status, nodes, events, filter, summary: summaryNow(status, nodes) });
    const heading = html`<h1>${status.site ?? 'no site yet'}</h1>${totals(status, filter)}`;
    const title = `${status.site ?? 'barewright'}: rack`;
    const skips = [
      { id: 'rack', label: 'rack' },
      { id: 'log', label: 'reconcile log' },
    ];
    return layout({ title, kind: 'rack', status, heading, main, skips });
  }

  function nodePage(node: NodeView): Html {
    const status = ports.status();
    const main = storyPage(node, status, attemptsOf(node.name), eventsOf(node.name));
    const title = `${node.name}: ${node.phase}`;
    const skips = [{ id: 'log', label: 'events' }];
    return layout({ title, kind: 'node', status, heading: storyHeading(node), main, skips });
  }

  function missingPage(name: string): Html {
    const main = html`<p class="empty">There is no node <code>${name}</code> in the commit in force.
      <a href="/">To the rack</a>, or see what was: <code>barewright history</code></p>`;
    const status = ports.status();
    return layout({ title: 'Not found', kind: 'plain', status, heading: html`<h1>Not found</h1>`, main });
  }

  function summaryNow(status: StatusView, nodes: readonly NodeView[]): Html {
    return summary(status, banners(status, nodes, refusedCommit(status)));
  }

  function refusedCommit({ git }: StatusView): Commit | null {
    if (git.state !== 'bad-commit' || git.head === null) return null;
    const [event] = ports.journal.read({ reasons: ['CommitRejected'], commit: git.head, limit: 1 });
    return event?.reason === 'CommitRejected' ? event.data.commit : null;
  }

  function storyNow(node: NodeView): Html {
    return story(node, ports.status(), attemptsOf(node.name));
  }

  function attemptsOf(node: string) {
    return ports.journal.read({ node, reasons: ATTEMPT_REASONS, limit: ATTEMPT_EVENTS });
  }

  function eventsOf(node: string | null) {
    return ports.journal.read({ limit: LOG_EVENTS, ...(node === null ? {} : { node }) });
  }
}

function registerAssets(pages: FastifyInstance): void {
  const assets = loadAssets();
  pages.get<Named>('/assets/:name', async ({ params, headers }, reply) => {
    const asset = assets.get(params.name);
    if (!asset) return gone(reply);
    reply.headers({ etag: asset.etag, 'cache-control': 'no-cache' });
    if (isFresh(headers['if-none-match'], asset.etag)) return reply.code(304).send();
    return reply.type(asset.type).send(asset.body);
  });
}

function send(reply: FastifyReply, markup: Html): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(textOf(markup));
}

function gone(reply: FastifyReply): FastifyReply {
  return send(reply.code(404), html`<p>Not found.</p>`);
}
