/** Brings the copy to where Redis is. */

import type { Event } from '../../model/event.ts';
import { JournalError } from '../../model/journal.ts';
import type { Connection } from './connection.ts';
import type { Copy } from './copy.ts';
import { entryId, readEntry } from './entries.ts';
import { EVENTS } from './keys.ts';

const PAGE = 1_000;

/**
 * Rejects with `corrupt` when the copy has events that Redis acknowledged and has no more: going on from an older state could
 * install again what was installed since.
 */
export async function catchUp(copy: Copy, connection: Connection, lastId: number): Promise<void> {
  const [known] = copy.read({ limit: 1 });
  let next = 1;
  if (known) {
    const kept = await isKept(known, connection, lastId);
    if (kept === 'lost') throw lostEvents(copy, connection.shown, known);
    if (kept === 'yes') next = known.id + 1;
    else copy.clear();
  }
  for (;;) {
    const page = await connection.ask('XRANGE', EVENTS, entryId(next), '+', 'COUNT', PAGE);
    if (!Array.isArray(page) || page.length === 0) return;
    const entries = page.map((entry) => readEntry(connection.shown, entry));
    const events = entries.map(({ event }) => event);
    copy.add([{ events, data: entries.map(({ data }) => data), states: new Map(), facts: {} }]);
    next = (events.at(-1)?.id ?? next) + 1;
  }
}

/** `pruned`: another daemon has written on, and removed it since. */
async function isKept(
  known: Event,
  connection: Connection,
  lastId: number,
): Promise<'yes' | 'pruned' | 'lost'> {
  if (known.id > lastId) return 'lost';
  const found = await connection.ask('XRANGE', EVENTS, entryId(known.id), entryId(known.id));
  if (!Array.isArray(found) || found.length === 0) return 'pruned';
  const { event } = readEntry(connection.shown, found[0]);
  return event.time === known.time && event.message === known.message && event.reason === known.reason
    ? 'yes'
    : 'lost';
}

function lostEvents(copy: Copy, shown: string, known: Event): JournalError {
  const when = new Date(known.time).toISOString();
  return new JournalError(
    'corrupt',
    `The journal at ${shown} has lost events: event ${known.id} of ${when} was acknowledged, and is not there. ` +
      'Bring back the newest files of that Redis. Or remove the keys barewright:* and start again: the nodes are then found anew and ' +
      `adopted from their own reports, and no disk is touched. Only if every install since is known to have its place there, remove ${copy.file} ` +
      'to go on from what Redis has.',
  );
}
