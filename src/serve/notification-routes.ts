/** Whether channels work, and a message to try them, of the control API. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { StatusView } from '../model/api.ts';
import type { ChannelTest } from '../model/notifications.ts';

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

export function registerNotifications(
  app: FastifyInstance,
  ports: NotificationPorts,
  actor: (request: FastifyRequest) => string,
): void {
  app.get('/api/v1/notifications', async () => ports.status().notifications);
  app.post<{ Body: { channel?: string } }>(
    '/api/v1/notifications/test',
    { schema: { body: TEST_BODY } },
    async (request) => ports.testNotifications(request.body.channel ?? null, actor(request)),
  );
}
