/** Signed JSON for anything else, as Standard Webhooks 1.0 describes: HMAC-SHA256 over id, time and body. */

import { createHmac } from 'node:crypto';
import type { WebhookSpec } from '../model/notifications-spec.ts';
import type { Message } from '../notify/message.ts';
import { plainText } from '../notify/text.ts';
import type { Channel, ChannelPorts } from './channel.ts';
import { createHttp } from './http.ts';
import { readSecret } from './secret.ts';

export function createWebhook(spec: WebhookSpec, ports: ChannelPorts): Channel {
  const http = createHttp(ports);
  return {
    async tell(message) {
      const secret = await readSecret(ports, spec.secret);
      const ca = spec.ca ? await readSecret(ports, spec.ca) : null;
      const body = JSON.stringify(webhookBody(message));
      const headers = signed(message.id, Math.floor(ports.clock() / 1000), body, secret);
      return http.call({ method: 'POST', url: new URL(spec.url), headers, body, ca, secrets: [secret] });
    },
    close: http.close,
  };
}

/** `time` in seconds since the epoch: a receiver refuses what is older than some minutes. */
function signed(id: string, time: number, body: string, secret: string): Record<string, string> {
  const mac = createHmac('sha256', keyOf(secret)).update(`${id}.${time}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(time), 'webhook-signature': `v1,${mac}` };
}

/** With the prefix it is Base64 of the key, else the key itself. */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
}

function webhookBody(message: Message): object {
  const { parts, since, at, ...rest } = message;
  return {
    type: `barewright.${message.kind}`,
    timestamp: new Date(at).toISOString(),
    data: {
      ...rest,
      since: new Date(since).toISOString(),
      text: plainText(message),
      parts: parts.map(({ id, kind, severity, reason, title }) => ({ id, kind, severity, reason, title })),
    },
  };
}
