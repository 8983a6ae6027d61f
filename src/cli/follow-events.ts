import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '../model/event.ts';
import { connect, type Query } from './client.ts';
import { type Context, note } from './context.ts';
import type { ClientOptions } from './options.ts';

const AGAIN = 2_000;

/** Events after the id that pass the query, as they come, over restarts of the daemon. Ends when the signal aborts. */
export async function* followEvents(
  context: Context,
  options: ClientOptions,
  after: number,
  signal: AbortSignal = context.signal,
  query: Query = {},
): AsyncGenerator<Event> {
  let last = after;
  let isSaid = false;
  while (!signal.aborted) {
    try {
      // After a restart, the address and the token are new.
      const client = await connect(context, options);
      for await (const event of client.stream({ ...query, after: last }, signal)) {
        last = event.id;
        isSaid = false;
        yield event;
      }
    } catch {
      // Said below, as is a stream that ended.
    }
    if (signal.aborted) return;
    if (!isSaid) note(context, 'the daemon does not answer any more; trying again');
    isSaid = true;
    await sleep(AGAIN, undefined, { signal }).catch(() => {});
  }
}
