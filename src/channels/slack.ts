/** Slack's incoming webhooks: blocks, with the text that notifications show. */

import type { SlackSpec } from '../model/notifications-spec.ts';
import type { Linked, Message } from '../notify/message.ts';
import { headline, minute } from '../notify/text.ts';
import type { Channel, ChannelPorts } from './channel.ts';
import { createHttp } from './http.ts';
import { partsOf, readAddress, readSecret } from './secret.ts';

/** Of one section's text; Slack takes 3000. */
const MOST_TEXT = 2_900;

export function createSlack(spec: SlackSpec, ports: ChannelPorts): Channel {
  const http = createHttp(ports);
  return {
    async tell(message) {
      const url = await readAddress(ports, spec.url);
      const ca = spec.ca ? await readSecret(ports, spec.ca) : null;
      const body = JSON.stringify(slackBody(message));
      return http.call({ method: 'POST', url, body, ca, secrets: partsOf(url) });
    },
    close: http.close,
  };
}

function slackBody(message: Message): object {
  const { details, advice, nodes, commit, page, since, kind } = message;
  const context = [
    kind === 'test' ? '' : `${kind === 'news' ? 'at' : 'since'} ${minute(since)} UTC`,
    commit ? `commit ${linked(commit)}` : '',
    ...(nodes.some(({ url }) => url !== null) ? [nodes.map(linked).join(' ')] : []),
    page ? `<${page}|pages>` : '',
  ];
  const text = [`*${escaped(headline(message))}*`, ...details.map(escaped), escaped(advice)];
  return {
    text: escaped(headline(message)),
    unfurl_links: false,
    blocks: [
      section(text.filter(Boolean).join('\n')),
      ...(context.some(Boolean)
        ? [{ type: 'context', elements: [mrkdwn(context.filter(Boolean).join(' · '))] }]
        : []),
    ],
  };
}

function section(text: string): object {
  return { type: 'section', text: mrkdwn(text) };
}

function mrkdwn(text: string): object {
  return { type: 'mrkdwn', text: text.slice(0, MOST_TEXT) };
}

/** `&`, `<` and `>` steer; so would a name that calls everybody. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function linked({ name, url }: Linked): string {
  return url === null ? escaped(name) : `<${url}|${escaped(name)}>`;
}
