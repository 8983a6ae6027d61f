/** Microsoft Teams: a workflow "when a webhook request is received" posts the Adaptive Card that it is sent. */

import type { TeamsSpec } from '../model/notifications-spec.ts';
import type { Message } from '../notify/message.ts';
import { headline, minute } from '../notify/text.ts';
import type { Channel, ChannelPorts } from './channel.ts';
import { createHttp } from './http.ts';
import { partsOf, readAddress, readSecret } from './secret.ts';

const COLORS = { error: 'attention', warning: 'warning', info: 'default' } as const;

export function createTeams(spec: TeamsSpec, ports: ChannelPorts): Channel {
  const http = createHttp(ports);
  return {
    async tell(message) {
      const url = await readAddress(ports, spec.url);
      const ca = spec.ca ? await readSecret(ports, spec.ca) : null;
      const body = JSON.stringify(teamsBody(message));
      return http.call({ method: 'POST', url, body, ca, secrets: partsOf(url) });
    },
    close: http.close,
  };
}

function teamsBody(message: Message): object {
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    // The newest that Teams shows everywhere.
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      { ...block(headline(message)), weight: 'bolder', size: 'medium', color: colorOf(message) },
      ...message.details.map(block),
      ...(message.advice === '' ? [] : [{ ...block(message.advice), isSubtle: true }]),
      { type: 'FactSet', facts: factsOf(message) },
    ],
    actions: linksOf(message).map(([title, url]) => ({ type: 'Action.OpenUrl', title, url })),
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content: card }] };
}

function colorOf({ kind, severity }: Message): string {
  if (kind === 'over') return 'good';
  return kind === 'test' ? 'default' : COLORS[severity];
}

/** Text blocks know some Markdown: what a node says is not to be a link. */
function block(text: string): Record<string, unknown> {
  return { type: 'TextBlock', wrap: true, text: text.replaceAll(/[[\]*_\\]/g, String.raw`\$&`) };
}

function factsOf({ site, since, pools, commit, count }: Message): { title: string; value: string }[] {
  return [
    { title: 'Site', value: site },
    { title: 'Since', value: `${minute(since)} UTC` },
    ...(count > 1 ? [{ title: 'Count', value: String(count) }] : []),
    ...(pools.length > 0 ? [{ title: 'Pools', value: pools.join(', ') }] : []),
    ...(commit ? [{ title: 'Commit', value: commit.name }] : []),
  ];
}

/** A card shows six. */
function linksOf({ page, commit, nodes }: Message): [string, string][] {
  const links = [...nodes.slice(0, 4), ...(commit ? [commit] : []), { name: 'pages', url: page }];
  return links.flatMap(({ name, url }): [string, string][] => (url === null ? [] : [[name, url]]));
}
