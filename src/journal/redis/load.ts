/** What a store in Redis holds, looked at before and after it is taken. */

import { type Facts, JournalError } from '../../model/journal.ts';
import type { NodeState } from '../../model/node-state.ts';
import { type Loaded, NO_FACTS } from '../folded.ts';
import type { Connection } from './connection.ts';
import { pairs } from './durability.ts';
import { corruptRedis, parseJson, readEntry } from './entries.ts';
import { ALL_KEYS, COMMANDS, EVENTS, FACTS, LOCK, META, SCHEMA, STATES } from './keys.ts';

const TYPES: Record<(typeof ALL_KEYS)[number], string> = {
  [META]: 'hash',
  [EVENTS]: 'stream',
  [COMMANDS]: 'stream',
  [STATES]: 'hash',
  [FACTS]: 'hash',
  [LOCK]: 'string',
};

/** Looks, and changes nothing. Rejects with `newer-schema` for a later version's store, `corrupt` for keys that are no journal. */
export async function checkKeys(connection: Connection): Promise<void> {
  const { shown } = connection;
  const there: string[] = [];
  for (const key of ALL_KEYS) {
    const type = String(await connection.ask('TYPE', key));
    if (type === 'none') continue;
    if (type !== TYPES[key]) throw corruptRedis(shown, `${key} is a ${type}, and must be a ${TYPES[key]}`);
    there.push(key);
  }
  if (there.length === 0) return;
  if (!there.includes(META)) throw corruptRedis(shown, `there is ${there.join(', ')}, but no ${META}`);
  const text = String(await connection.ask('HGET', META, 'schema'));
  const schema = Number(text);
  if (schema > SCHEMA) throw newerSchema(shown, schema);
  if (schema !== SCHEMA) throw corruptRedis(shown, `its schema has the version "${text}"`);
}

function newerSchema(shown: string, version: number): JournalError {
  return new JournalError(
    'newer-schema',
    `The journal at ${shown} has version ${version}, and this barewright knows ${SCHEMA} at most. ` +
      'It was left as it is: run the version that wrote it, or a later one.',
  );
}

/** States and facts, not events: takes time by the number of nodes. `store` is the random name of the store. */
export async function loadRedis(connection: Connection): Promise<Loaded & { store: string }> {
  const { shown } = connection;
  const meta = pairs(await connection.ask('HGETALL', META));
  const states = new Map<string, NodeState>();
  for (const [node, state] of pairs(await connection.ask('HGETALL', STATES))) {
    states.set(node, parseJson(shown, state) as NodeState);
  }
  const facts: Facts = { ...NO_FACTS };
  for (const [name, value] of pairs(await connection.ask('HGETALL', FACTS))) {
    Object.assign(facts, { [name]: parseJson(shown, value) });
  }
  const newest = await connection.ask('XREVRANGE', EVENTS, '+', '-', 'COUNT', 1);
  const last = Array.isArray(newest) && newest.length > 0 ? readEntry(shown, newest[0]).event : undefined;
  const lastId = last?.id ?? 0;
  if (meta.get('last') !== String(lastId)) {
    throw corruptRedis(shown, `its last event is ${lastId}, and should be ${meta.get('last')}`);
  }
  return { states, facts, lastId, lastTime: last?.time ?? 0, store: meta.get('store') ?? '' };
}
