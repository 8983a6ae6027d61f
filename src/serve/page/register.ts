/** The pages' routes: whole pages, the fragments that keep them true, and their style and script. */

import type { FastifyInstance } from 'fastify';
import { ANYONE } from '../access/rule.ts';
import { type ActionPorts, addActions } from './actions/routes.ts';
import { isFresh, loadAssets } from './assets.ts';
import { commitPage } from './commits/one.ts';
import { type CommitsPorts, commitsPage } from './commits/page.ts';
import { addFragments, gone } from './fragments.ts';
import { type ImagesPorts, imagesPage } from './images/page.ts';
import { type LogPorts, logPage } from './log/page.ts';
import { type FilesPorts, filesPage } from './node/files.ts';
import { type InstallerLogPorts, installerLogPage } from './node/installer-log.ts';
import { nodePage } from './node/page.ts';
import type { NodePorts } from './node/read.ts';
import { addPage, type PageContext } from './page.ts';
import { type PlansPorts, plansPage } from './plans/page.ts';
import { type RackPorts, rackPage } from './rack/page.ts';
import { type ReportPorts, reportPage } from './report/page.ts';
import { PAGE_HEADERS } from './security.ts';
import { statusPage } from './status/page.ts';

export type PagePorts = { who?: PageContext['who'] } & ActionPorts &
  FilesPorts &
  InstallerLogPorts &
  RackPorts &
  NodePorts &
  PlansPorts &
  LogPorts &
  CommitsPorts &
  ImagesPorts &
  ReportPorts;

/** Adds the pages to the control plane. */
export function registerPages(app: FastifyInstance, ports: PagePorts): void {
  const context = { status: ports.status, who: ports.who ?? (() => null) };
  app.register(async (pages) => {
    pages.addHook('onSend', async (_request, reply) => {
      reply.headers(PAGE_HEADERS);
    });
    addAssets(pages);
    addFragments(pages, ports, context.who);
    addActions(pages, ports);
    addPage(pages, rackPage(ports), context);
    addPage(pages, nodePage(ports), context);
    addPage(pages, filesPage(ports), context);
    addPage(pages, installerLogPage(ports), context);
    addPage(pages, plansPage(ports), context);
    addPage(pages, commitsPage(ports), context);
    addPage(pages, commitPage(ports), context);
    addPage(pages, imagesPage(ports), context);
    addPage(pages, logPage(ports), context);
    addPage(pages, reportPage(ports), context);
    addPage(pages, statusPage(ports), context);
  });
}

function addAssets(pages: FastifyInstance): void {
  const assets = loadAssets();
  pages.get<{ Params: { name: string } }>(
    '/assets/:name',
    { config: ANYONE },
    async ({ params, headers }, reply) => {
      const asset = assets.get(params.name);
      if (!asset) return gone(reply);
      reply.headers({ etag: asset.etag, 'cache-control': 'no-cache' });
      if (isFresh(headers['if-none-match'], asset.etag)) return reply.code(304).send();
      return reply.type(asset.type).send(asset.body);
    },
  );
}
