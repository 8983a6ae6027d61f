/** Whether channels work, and a message to try them, of the control API. */

import type { FastifyInstance } from 'fastify';
import type { StatusView } from '../model/api.ts';
import type { ChannelTest } from '../model/notifications.ts';
import { actorOf } from './access/actor.ts';
import { ADMIN, READS } from './access/rule.ts';
import { list, ref } from './shapes/shape.ts';

export interface NotificationPorts {
  status(): StatusView;
  /** A test message to one channel, or to all. */
  testNotifications(channel: string | null, actor: string): Promise<ChannelTest[]>;
}

const TEST_BODY = {
  type: 'object',
  additionalProperties: false,
  properties: { channel: { type: 'string', minLength: 1, maxLength: 63 } },
};

export function registerNotifications(app: FastifyInstance, ports: NotificationPorts): void {
  app.get(
    '/api/v1/notifications',
    {
      config: READS,
      schema: {
        summary: 'Channels of notifications, and whether they work',
        tags: ['site'],
        response: { 200: ref('NotificationsView') },
      },
    },
    async () => ports.status().notifications,
  );
  app.post<{ Body: { channel?: string } }>(
    '/api/v1/notifications/test',
    {
      config: ADMIN,
      schema: {
        summary: 'Send a test message',
        tags: ['site'],
        response: { 200: list(ref('ChannelTest')) },
        body: TEST_BODY,
      },
    },
    async (request) => ports.testNotifications(request.body.channel ?? null, actorOf(request)),
  );
}
