/** What the installer of a node's present or last attempt has said. */

import type { InstallerLogView, NodeView, StatusView } from '../../../model/api.ts';
import { word } from '../ask.ts';
import { html } from '../html.ts';
import type { Page, View } from '../page.ts';
import { count } from '../words.ts';
import { nodeHeading, noSuchNode } from './frame.ts';

export interface InstallerLogPorts {
  status(): StatusView;
  node(nameOrAddress: string): NodeView | null;
  installerLog(node: string, lines: number): InstallerLogView | null;
}

interface InstallerLog {
  status: StatusView;
  node: NodeView;
  log: InstallerLogView | null;
}

const LINES = 1_000;
const MOST = 100_000;

export function installerLogPage({ status, node, installerLog }: InstallerLogPorts): Page<InstallerLog> {
  return {
    ...{ path: '/nodes/:name/installer-log', section: 'rack', summary: 'The installer log of one node' },
    model(ask) {
      const found = node(ask.params['name'] ?? '');
      const lines = Math.min(MOST, Number(/^[1-9]\d{0,6}$/.exec(word(ask, 'lines'))?.[0] ?? LINES));
      return found && { status: status(), node: found, log: installerLog(found.name, lines) };
    },
    view,
    missing: ({ params }) => noSuchNode(params['name']),
  };
}

function view({ node, log }: InstallerLog): View {
  return {
    title: `${node.name}: installer log`,
    kind: 'page',
    heading: nodeHeading(node, '/installer-log'),
    main: html`<div class="page" id="installer-log">
      ${
        log === null
          ? html`<p class="empty">No installer of ${node.name} has sent its log.</p>`
          : html`<p class="soft">The newest ${count(log.lines.length, 'line')} of install <code>${log.installId}</code>, oldest first. Nobody vouches for them: whatever came from the machine’s address is shown. <a href="?lines=${MOST}">All lines</a></p>
      <pre class="card terminal" id="installer-lines" tabindex="0" aria-label="Installer log">${log.lines.join('\n')}</pre>`
      }
    </div>`,
  };
}
