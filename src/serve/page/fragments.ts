/** The parts of the rack's and a node's page that their script fetches anew. */

import type { FastifyInstance, FastifyReply } from 'fastify';
import { READS } from '../access/rule.ts';
import { askOf, word } from './ask.ts';
import { cell } from './cell.ts';
import { filterOf, NO_FILTER } from './filter.ts';
import { html } from './html.ts';
import { logFilterOf, readLog } from './log/filter.ts';
import type { LogPorts } from './log/page.ts';
import { lines } from './log.ts';
import { nav } from './nav.ts';
import { storyHeading } from './node/frame.ts';
import { type NodePorts, nodeStory } from './node/read.ts';
import { story } from './node/story.ts';
import { type PageContext, send } from './page.ts';
import { type RackPorts, refusedCommit, summaryOf } from './rack/page.ts';
import { poolLinks, rack } from './rack.ts';
import { totals } from './summary.ts';

type Named = { Params: { name: string } };

/** Events that are brought in at one time, at most. */
const LOG_EVENTS = 300;

export function addFragments(
  pages: FastifyInstance,
  ports: RackPorts & NodePorts & LogPorts,
  who: PageContext['who'],
): void {
  const { status: statusNow, nodes: nodesNow, journal } = ports;
  pages.get('/fragments/summary', { config: READS }, async (_request, reply) => {
    const status = statusNow();
    const facts = summaryOf(status, nodesNow(), refusedCommit(status, journal));
    return send(reply, html`${nav(status, 'rack')}${totals(status, NO_FILTER)}${facts}`);
  });
  pages.get('/fragments/rack', { config: READS }, async (request, reply) => {
    const [status, nodes] = [statusNow(), nodesNow()];
    const filter = { ...NO_FILTER, by: filterOf(askOf(request).query).by };
    return send(reply, html`${rack(nodes, status, filter)}${poolLinks(nodes, filter)}`);
  });
  pages.get<Named>('/fragments/node/:name', { config: READS }, async ({ params }, reply) => {
    const node = ports.node(params.name);
    return node ? send(reply, cell(node, statusNow().now)) : gone(reply);
  });
  pages.get<Named>('/fragments/story/:name', { config: READS }, async (request, reply) => {
    const found = nodeStory(ports, request.params.name);
    if (!found) return gone(reply);
    const { node, status } = found;
    return send(reply, html`${nav(status, 'rack')}${storyHeading(node)}${story(found, who(request))}`);
  });
  pages.get('/fragments/log', { config: READS }, async (request, reply) => {
    const ask = askOf(request);
    const [after, about] = [Number(word(ask, 'after') || 'none'), word(ask, 'about') || null];
    const place = { now: statusNow().now, limit: LOG_EVENTS, ...(Number.isNaN(after) ? {} : { after }) };
    return send(reply, lines(readLog(ports, logFilterOf(ask), place).events, about, place.now));
  });
}

export function gone(reply: FastifyReply): FastifyReply {
  return send(reply.code(404), html`<p>Not found.</p>`);
}
