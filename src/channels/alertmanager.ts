/** Alertmanager of Prometheus, API v2: alerts that it groups and routes itself, resolved when they are over. */

import type { AlertmanagerSpec } from '../model/notifications-spec.ts';
import type { Message } from '../notify/message.ts';
import { paragraphs } from '../notify/text.ts';
import type { Channel, ChannelPorts } from './channel.ts';
import { createHttp } from './http.ts';
import { readSecret } from './secret.ts';

/** An alert that is not told again for so long is over for it, ms; `refresh` comes sooner. */
const LASTS = 300_000;
/** A test is over by itself, ms. */
const TEST_LASTS = 60_000;

export function createAlertmanager(spec: AlertmanagerSpec, ports: ChannelPorts): Channel {
  const http = createHttp(ports);
  const url = new URL(`${spec.url.replace(/\/+$/, '')}/api/v2/alerts`);

  async function post(messages: readonly Message[]): Promise<string> {
    const secret = spec.token ?? spec.password;
    const word = secret ? await readSecret(ports, secret) : '';
    const ca = spec.ca ? await readSecret(ports, spec.ca) : null;
    const now = ports.clock();
    const body = JSON.stringify(messages.map((message) => alertOf(message, now)));
    const login = Buffer.from(`${spec.username ?? ''}:${word}`).toString('base64');
    const authorization = spec.token ? `Bearer ${word}` : `Basic ${login}`;
    const headers: Record<string, string> = secret ? { authorization } : {};
    return http.call({ method: 'POST', url, headers, body, ca, secrets: [word, login] });
  }

  return {
    // A digest is of no use to what groups by itself.
    tell: (message) => post(message.parts.length > 0 ? message.parts : [message]),
    async refresh(open) {
      if (open.length > 0) await post(open);
    },
    close: http.close,
  };
}

/** An alert is known by its labels: what changes while it lasts stands in the annotations. */
function alertOf(message: Message, now: number): object {
  const { kind, severity, site, reason, group, title, pools, nodes, count, page, since } = message;
  const ends = kind === 'over' ? now : now + (kind === 'test' ? TEST_LASTS : LASTS);
  return {
    labels: {
      alertname: reason === null ? 'BarewrightTest' : `Barewright${reason}`,
      ...{ severity, site, group, job: 'barewright' },
    },
    annotations: {
      summary: title,
      description: paragraphs(message).join('\n\n'),
      count: String(count),
      ...(pools.length > 0 ? { pools: pools.join(',') } : {}),
      ...(nodes.length > 0 ? { nodes: nodes.map(({ name }) => name).join(',') } : {}),
    },
    startsAt: new Date(Math.min(since, ends)).toISOString(),
    endsAt: new Date(ends).toISOString(),
    ...(page ? { generatorURL: page } : {}),
  };
}
