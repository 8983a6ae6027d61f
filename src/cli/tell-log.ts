/** The log as lines: the newest, and with `follow` what comes. */

import type { Event } from '../model/event.ts';
import type { Client, Query } from './client.ts';
import { type Context, note, say } from './context.ts';
import { logLine } from './event-lines.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { followEvents } from './follow-events.ts';
import type { ClientOptions, TimeOptions } from './options.ts';
import { paintFor } from './paint.ts';
import { timesOf } from './times.ts';

interface LogOptions extends ClientOptions, TimeOptions {
  follow?: boolean;
  output?: string;
}

/** A name column that rarely has to grow. */
const NAME_WIDTH = 8;

/** `query` has a limit for the past. */
export async function tellLog(
  context: Context,
  client: Client,
  query: Query,
  options: LogOptions,
): Promise<ExitCode> {
  // Asked for before the past is read: an event between the two is then shown, and none twice.
  const { lastEventId } = await client.get<{ lastEventId: number }>('/status');
  const past = await client.get<Event[]>('/events', query);
  const print = printer(context, options);
  for (const event of past) print(event);
  if (!options.follow) {
    if (past.length === 0) note(context, 'there is none');
    return EXIT.ok;
  }
  const after = Math.max(past.at(-1)?.id ?? 0, lastEventId);
  const asked = { ...query, until: undefined, limit: undefined };
  for await (const event of followEvents(context, options, after, context.signal, asked)) print(event);
  return EXIT.interrupted;
}

/** One line for each event; JSON has one object a line, as a stream wants it. */
function printer(context: Context, { output, utc = false }: LogOptions): (event: Event) => void {
  const times = timesOf(context, { utc });
  const paint = paintFor(context);
  let width = NAME_WIDTH;
  return (event) => {
    width = Math.max(width, event.node?.length ?? 0);
    say(context, output === 'json' ? JSON.stringify(event) : logLine(event, times, paint, width));
  };
}
