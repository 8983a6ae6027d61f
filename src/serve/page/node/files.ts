/** What a node would be served if it were installed now, file by file. */

import type { NodeView, ServedFile, StatusView } from '../../../model/api.ts';
import { type Html, html } from '../html.ts';
import type { Page, View } from '../page.ts';
import { count } from '../words.ts';
import { nodeHeading, noSuchNode } from './frame.ts';

export interface FilesPorts {
  status(): StatusView;
  node(nameOrAddress: string): NodeView | null;
  files(node: string): ServedFile[] | null;
}

interface Files {
  status: StatusView;
  node: NodeView;
  files: ServedFile[];
}

/** Characters of one file that a page shows; its twin has them all. */
const MOST = 60_000;

export function filesPage({ status, node, files }: FilesPorts): Page<Files> {
  return {
    ...{ path: '/nodes/:name/files', section: 'rack', summary: 'What one node would be served' },
    model({ params }) {
      const found = node(params['name'] ?? '');
      return found && { status: status(), node: found, files: files(found.name) ?? [] };
    },
    view,
    missing: ({ params }) => noSuchNode(params['name']),
  };
}

function view({ node, files }: Files): View {
  return {
    title: `${node.name}: files`,
    kind: 'plain',
    heading: nodeHeading(node, '/files'),
    main: html`<div class="page" id="files">
      <p class="soft">Rendered from the commit in force, as the node would be served it now. Its one-time token reads <code>token</code>; what is secret is masked.</p>
      ${files.length === 0 && html`<p class="empty">Nothing can be rendered for it.</p>`}
      ${files.map(fileCard)}
    </div>`,
  };
}

function fileCard({ file, text }: ServedFile, index: number): Html {
  const lines = text === '' ? 0 : text.trimEnd().split('\n').length;
  const cut = text.length > MOST;
  return html`<details class="card served" id="file-${index}"${index < 2 && html` open`}><summary>${file} <span class="count">${count(lines, 'line')}</span></summary>
    <pre tabindex="0" aria-label="${file}">${text.slice(0, MOST)}</pre>${cut && html`<p class="empty-card">The rest is in this page’s JSON.</p>`}</details>`;
}
