/** The store in Redis: written there, read from the copy. */

import type { NodeState } from '../../model/node-state.ts';
import type { Batch } from '../folded.ts';
import type { Store } from '../journal.ts';
import { isLedger } from '../ledger.ts';
import { type Connection, writeFailure } from './connection.ts';
import type { Copy } from './copy.ts';
import { entryId, fieldsOf, isCommand } from './entries.ts';
import { COMMANDS, EVENTS, FACTS, LOCK, META, STATES } from './keys.ts';
import { type Lease, sayOwner } from './lease.ts';
import { APPEND, REMOVE } from './scripts.ts';

const PRUNE_CHUNK = 2_000;

/** `lastId` is that of the last event in the store. */
export function createRedisStore(connection: Connection, lease: Lease, copy: Copy, lastId: number): Store {
  const { owner, ttl, epoch } = lease;
  let written = 0;
  let last = lastId;

  async function append(batches: readonly Batch[]): Promise<void> {
    const after = batches.flatMap(({ events }) => events).at(-1)?.id ?? last;
    const place = [owner, ttl, epoch, `${epoch}-${written}`, `${epoch}-${written + 1}`, last, after];
    const keys = [LOCK, META, EVENTS, COMMANDS, STATES, FACTS];
    refuse(await connection.run(APPEND, keys, [...place, ...wordsOf(batches)]));
    written += 1;
    last = after;
  }

  /** Throws for any answer but `ok`. */
  function refuse(answer: unknown): void {
    const [word, rest = ''] = String(answer).split(' ');
    if (word === 'ok') return;
    throw writeFailure(connection.shown, WHY[word ?? '']?.(rest, last) ?? `it answered ${word}`);
  }

  return {
    async write(batches) {
      await append(batches);
      copy.add(batches);
    },
    read: copy.read,
    async pruneChunk(olderThan, cursor) {
      const seen = copy.read({ after: cursor, before: last, until: olderThan - 1, limit: PRUNE_CHUNK });
      const old = seen.filter(({ reason }) => !isLedger(reason)).map(({ id }) => id);
      if (old.length > 0) {
        refuse(await connection.run(REMOVE, [META, EVENTS, COMMANDS], [epoch, ...old.map(entryId)]));
        copy.remove(old);
      }
      return { removed: old.length, next: seen.at(-1)?.id ?? null };
    },
    async close() {
      await lease.release();
      await connection.close();
      copy.close();
    },
  };
}

/** In words what a script answers when it has written nothing. */
const WHY: Readonly<Record<string, (rest: string, last: number) => string>> = {
  gone: () => 'the journal is gone from there; that Redis has lost its data',
  stale: (rest) => `${sayOwner(rest)} has taken it over`,
  behind: (rest, last) => `its last event is ${rest}, and ${last} was acknowledged; that Redis has lost data`,
};

/** The arguments of APPEND after the place: events, states, nodes let go of, facts; each list after its length. */
function wordsOf(batches: readonly Batch[]): (string | number)[] {
  const events = batches.flatMap(({ events, data }) =>
    events.map((event, i) => {
      const fields = fieldsOf(event, data[i] ?? 'null');
      return [entryId(event.id), isCommand(event.reason) ? 1 : 0, fields.length, ...fields];
    }),
  );
  const states = new Map<string, NodeState | undefined>(batches.flatMap((batch) => [...batch.states]));
  const kept = [...states].flatMap(([node, state]) => (state ? [node, JSON.stringify(state)] : []));
  const dropped = [...states].flatMap(([node, state]) => (state ? [] : [node]));
  const facts = Object.entries(Object.assign({}, ...batches.map((batch) => batch.facts)));
  const factWords = facts.flatMap(([name, value]) => [name, JSON.stringify(value)]);
  const counted = [kept, dropped, factWords].flatMap((words) => [words.length, ...words]);
  return [events.length, ...events.flat(), ...counted];
}
