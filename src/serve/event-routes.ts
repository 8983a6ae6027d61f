/** The journal, of the control API: read, searched, and followed. */

import type { FastifyInstance } from 'fastify';
import { tooMany } from './access/guard.ts';
import { READS } from './access/rule.ts';
import { createSeats } from './access/seats.ts';
import { EVENTS_QUERY, STREAM_QUERY } from './control-schemas.ts';
import { type EventPorts, type EventQuery, eventFilterOf } from './event-query.ts';
import { streamEvents } from './event-stream.ts';
import { list, ref, TEXT } from './shapes/shape.ts';

type StreamQuery = Omit<EventQuery, 'after'> & { after?: string };

const STREAM = {
  description: '`event: journal`, and an event of the journal as `data`.',
  content: { 'text/event-stream': { schema: TEXT } },
};

/** Of one principal: as many as there may be pages open, and programs. */
const STREAMS = 50;

export function registerEvents(app: FastifyInstance, ports: EventPorts & { streams?: number }): void {
  const seats = createSeats(ports.streams ?? STREAMS);
  app.get<{ Querystring: EventQuery }>(
    '/api/v1/events',
    {
      config: READS,
      schema: {
        summary: 'Search the journal',
        tags: ['events'],
        response: { 200: list(ref('Event')) },
        querystring: EVENTS_QUERY,
      },
    },
    async ({ query }) => ports.journal.read(eventFilterOf(query, ports)),
  );
  // A HEAD request would wait for the end of it.
  app.get<{ Querystring: StreamQuery }>(
    '/api/v1/stream',
    {
      exposeHeadRoute: false,
      config: READS,
      schema: {
        summary: 'Follow the journal: server-sent events, resumable by `Last-Event-ID`',
        tags: ['events'],
        response: { 200: STREAM },
        querystring: STREAM_QUERY,
      },
    },
    async (request, reply) => {
      const leave = seats.take(request);
      if (!leave) return tooMany(reply, 15);
      reply.raw.on('close', leave);
      const { after: _, ...asked } = request.query;
      const isWelcome = () => app.isWelcome(request);
      streamEvents(ports.journal, eventFilterOf(asked, ports), request, reply, isWelcome);
      return reply;
    },
  );
}
