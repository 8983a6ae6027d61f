/** The pages' routes: whole pages, the fragments that keep them true, and their style and script. */

import type { FastifyInstance } from 'fastify';
import { isFresh, loadAssets } from './assets.ts';
import { commitPage } from './commits/one.ts';
import { type CommitsPorts, commitsPage } from './commits/page.ts';
import { addFragments, gone } from './fragments.ts';
import { type ImagesPorts, imagesPage } from './images/page.ts';
import { logPage } from './log/page.ts';
import { type NodePorts, nodePage } from './node/page.ts';
import { addPage } from './page.ts';
import { type PlansPorts, plansPage } from './plans/page.ts';
import { type RackPorts, rackPage } from './rack/page.ts';
import { type ReportPorts, reportPage } from './report/page.ts';
import { PAGE_HEADERS } from './security.ts';
import { statusPage } from './status/page.ts';

export type PagePorts = RackPorts & NodePorts & PlansPorts & CommitsPorts & ImagesPorts & ReportPorts;

/** Adds the pages to the control plane. */
export function registerPages(app: FastifyInstance, ports: PagePorts): void {
  const { status } = ports;
  app.register(async (pages) => {
    pages.addHook('onSend', async (_request, reply) => {
      reply.headers(PAGE_HEADERS);
    });
    addAssets(pages);
    addFragments(pages, ports);
    addPage(pages, rackPage(ports), status);
    addPage(pages, nodePage(ports), status);
    addPage(pages, plansPage(ports), status);
    addPage(pages, commitsPage(ports), status);
    addPage(pages, commitPage(ports), status);
    addPage(pages, imagesPage(ports), status);
    addPage(pages, logPage(ports), status);
    addPage(pages, reportPage(ports), status);
    addPage(pages, statusPage(ports), status);
  });
}

function addAssets(pages: FastifyInstance): void {
  const assets = loadAssets();
  pages.get<{ Params: { name: string } }>('/assets/:name', async ({ params, headers }, reply) => {
    const asset = assets.get(params.name);
    if (!asset) return gone(reply);
    reply.headers({ etag: asset.etag, 'cache-control': 'no-cache' });
    if (isFresh(headers['if-none-match'], asset.etag)) return reply.code(304).send();
    return reply.type(asset.type).send(asset.body);
  });
}
