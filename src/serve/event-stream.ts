/** The journal as server-sent events (WHATWG HTML §9.2), resumable by id. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Event } from '../model/event.ts';
import type { EventFilter, Journal } from '../model/journal.ts';
import { matcherOf } from '../model/matches.ts';

const KEEP_ALIVE = 15_000;
/** A client that has fallen this far behind is let go; it comes back with the last id it has. */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;
const CATCH_UP = 1_000;

/** Sends what came after the id (`?after=` or `Last-Event-ID`; else only what is new) and passes the filter, then follows. */
export function streamEvents(
  journal: Pick<Journal, 'read' | 'subscribe' | 'lastId'>,
  filter: EventFilter,
  request: FastifyRequest<{ Querystring: { after?: string } }>,
  reply: FastifyReply,
  isWelcome: () => boolean = () => true,
): void {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  let last = startAfter(request, journal.lastId());
  raw.write(`retry: 2000\nid: ${last}\n\n`);

  const isAsked = matcherOf(filter);
  function send(events: readonly Event[]): void {
    const fresh = events.filter((event) => event.id > last && isAsked(event));
    if (fresh.length === 0) return;
    last = fresh.at(-1)?.id ?? last;
    raw.write(fresh.map(frameOf).join(''));
    if (raw.writableLength > MAX_BACKLOG_BYTES) raw.destroy();
  }

  function catchUp(): void {
    for (let events = journal.read({ ...filter, after: last, limit: CATCH_UP }); events.length > 0; ) {
      send(events);
      if (events.length < CATCH_UP || raw.destroyed) return;
      events = journal.read({ ...filter, after: last, limit: CATCH_UP });
    }
  }

  catchUp();
  const unsubscribe = journal.subscribe(send);
  const keepAlive = setInterval(() => {
    // Its token may have left the site, its session may have ended.
    if (isWelcome()) raw.write(': still here\n\n');
    else raw.destroy();
  }, KEEP_ALIVE);
  raw.on('close', () => {
    unsubscribe();
    clearInterval(keepAlive);
  });
}

/** Written once for all that follow. */
const frames = new WeakMap<Event, string>();

function frameOf(event: Event): string {
  const known = frames.get(event);
  if (known !== undefined) return known;
  const frame = `id: ${event.id}\nevent: journal\ndata: ${JSON.stringify(event)}\n\n`;
  frames.set(event, frame);
  return frame;
}

function startAfter(request: FastifyRequest<{ Querystring: { after?: string } }>, newest: number): number {
  const asked = request.headers['last-event-id'] ?? request.query.after;
  const id = typeof asked === 'string' && /^\d{1,15}$/.test(asked) ? Number(asked) : newest;
  return Math.min(id, newest);
}
