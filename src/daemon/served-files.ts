/** What a node would be served now, for people to read: boot script, answers, and its lines of dnsmasq. */

import type { ServedFile } from '../model/api.ts';
import type { Site } from '../model/desired.ts';
import { linesOfNode } from '../render/dnsmasq/files.ts';
import { masked, nodeTexts, renderedOrNone } from './node-texts.ts';

const DNSMASQ_LINES = 'dnsmasq: its lines of hosts';

/** Null without a site, and for a node that it does not know. Its token, which only an armed attempt has, reads `token`. */
export function servedFiles(site: Site | null, name: string, bootUrl: string): ServedFile[] | null {
  const node = site?.nodes.get(name);
  if (!site || !node) return null;
  const lines = renderedOrNone(() => new Map([[DNSMASQ_LINES, linesOfNode(site, name).join('\n')]]));
  const isServed = site.services.dnsmasq.mode !== 'off';
  return [...(isServed ? lines : []), ...nodeTexts(site, node, { bootUrl })].map(([file, text]) => ({
    file,
    text: masked(text),
  }));
}
