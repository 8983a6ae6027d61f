/** The end of the installer's log, while an install is under way or after it failed. */

import type { InstallerLogView, NodeView } from '../../../model/api.ts';
import { type Html, html } from '../html.ts';
import { section } from '../story-tables.ts';

export function logTail({ name }: NodeView, log: InstallerLogView | null): Html | null {
  if (!log || log.lines.length === 0) return null;
  return section(
    'installer-tail',
    'Installer',
    html`<pre class="terminal" tabindex="0" aria-label="The last lines of the installer">${log.lines.join('\n')}</pre>
    <p class="note"><a href="/nodes/${encodeURIComponent(name)}/installer-log">the whole log</a></p>`,
  );
}
