/** Matrix: one event into a room (client-server API v1.11, PUT /rooms/{roomId}/send/m.room.message/{txnId}). */

import type { MatrixSpec } from '../model/notifications-spec.ts';
import type { Linked, Message } from '../notify/message.ts';
import { headline, paragraphs, plainText } from '../notify/text.ts';
import type { Channel, ChannelPorts } from './channel.ts';
import { createHttp } from './http.ts';
import { readSecret } from './secret.ts';

export function createMatrix(spec: MatrixSpec, ports: ChannelPorts): Channel {
  const http = createHttp(ports);
  const room = `${spec.homeserver.replace(/\/+$/, '')}/_matrix/client/v3/rooms/${encodeURIComponent(spec.room)}`;
  return {
    async tell(message) {
      const token = await readSecret(ports, spec.token);
      const ca = spec.ca ? await readSecret(ports, spec.ca) : null;
      // The same transaction id is the same event: a homeserver posts it once.
      const url = new URL(`${room}/send/m.room.message/${encodeURIComponent(message.id)}`);
      const headers = { authorization: `Bearer ${token}` };
      const body = JSON.stringify(matrixBody(message));
      return http.call({ method: 'PUT', url, headers, body, ca, secrets: [token] });
    },
    close: http.close,
  };
}

function matrixBody(message: Message): object {
  return {
    msgtype: message.kind === 'over' || message.kind === 'news' ? 'm.notice' : 'm.text',
    body: plainText(message),
    format: 'org.matrix.custom.html',
    formatted_body: asHtml(message),
    // Nobody is called by what a node says.
    'm.mentions': {},
  };
}

function asHtml(message: Message): string {
  const { nodes, commit, page } = message;
  const links = [...nodes, ...(commit ? [commit] : []), ...(page ? [{ name: 'pages', url: page }] : [])];
  const linked = links.filter(({ url }) => url !== null).map(anchor);
  const plain = { ...message, nodes: [], page: null };
  const said = paragraphs(plain).map((text) => `<p>${escaped(text).replaceAll('\n', '<br>')}</p>`);
  const rest = linked.length > 0 ? `<p>${linked.join(' ')}</p>` : '';
  return `<p><strong>${escaped(headline(message))}</strong></p>${said.join('')}${rest}`;
}

function anchor({ name, url }: Linked): string {
  return `<a href="${escaped(url ?? '')}">${escaped(name)}</a>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
