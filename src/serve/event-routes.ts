/** The journal, of the control API: read, searched, and followed. */

import type { FastifyInstance } from 'fastify';
import { READS } from './access/rule.ts';
import { EVENTS_QUERY, STREAM_QUERY } from './control-schemas.ts';
import { type EventPorts, type EventQuery, eventFilterOf } from './event-query.ts';
import { streamEvents } from './event-stream.ts';

type StreamQuery = Omit<EventQuery, 'after'> & { after?: string };

export function registerEvents(app: FastifyInstance, ports: EventPorts): void {
  app.get<{ Querystring: EventQuery }>(
    '/api/v1/events',
    { config: READS, schema: { querystring: EVENTS_QUERY } },
    async ({ query }) => ports.journal.read(eventFilterOf(query, ports)),
  );
  // A HEAD request would wait for the end of it.
  app.get<{ Querystring: StreamQuery }>(
    '/api/v1/stream',
    { exposeHeadRoute: false, config: READS, schema: { querystring: STREAM_QUERY } },
    async (request, reply) => {
      const { after: _, ...asked } = request.query;
      streamEvents(ports.journal, eventFilterOf(asked, ports), request, reply);
      return reply;
    },
  );
}
