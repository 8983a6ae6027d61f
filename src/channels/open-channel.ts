import type { ChannelSpec } from '../model/notifications-spec.ts';
import { createAlertmanager } from './alertmanager.ts';
import type { Channel, ChannelPorts } from './channel.ts';
import { createEmail } from './email.ts';
import { createMatrix } from './matrix.ts';
import { createSlack } from './slack.ts';
import { createTeams } from './teams.ts';
import { createWebhook } from './webhook.ts';

/** The channel as it is declared; nothing is asked of the other side before the first message. */
export function openChannel(spec: ChannelSpec, ports: ChannelPorts): Channel {
  if ('slack' in spec) return createSlack(spec.slack, ports);
  if ('matrix' in spec) return createMatrix(spec.matrix, ports);
  if ('teams' in spec) return createTeams(spec.teams, ports);
  if ('email' in spec) return createEmail(spec.email, ports);
  if ('webhook' in spec) return createWebhook(spec.webhook, ports);
  return createAlertmanager(spec.alertmanager, ports);
}

/** `slack`, `matrix` … */
export function kindOf(spec: ChannelSpec): string {
  return Object.keys(spec)[0] ?? '';
}
