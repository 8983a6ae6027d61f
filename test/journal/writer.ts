/**
 * A program that writes to a journal until it is killed, its input ends, or a write fails.
 * Says `open`, then `<first id> <last id> <key>` for each append that was acknowledged, or `failed <code> <code>`.
 */

import { writeSync } from 'node:fs';
import { openRedisJournal } from '../../src/journal/redis/redis.ts';
import { openSqliteJournal } from '../../src/journal/sqlite.ts';
import { JournalError } from '../../src/model/journal.ts';
import { anEvent, found } from '../builders/event.ts';
import { accessOf } from '../builders/redis.ts';

/** With `url`, the file is the copy. */
const [run = '', file = '', url] = process.argv.slice(2);
process.stdin.resume().once('close', () => process.exit());

const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};
const below = (n: number): number => Math.floor(Math.random() * n);
const codeOf = (error: unknown): string => (error instanceof JournalError ? error.code : String(error));

const journal = await (url === undefined
  ? openSqliteJournal({ file, clock: Date.now })
  : openRedisJournal({ access: accessOf(url), copyFile: file, clock: Date.now, ttl: 600 }));
const nodes = Array.from({ length: 10 }, (_, i) => `n${i}`);
await journal.append(nodes.filter((node) => !journal.state(node)).map(found));
say('open');

/** All events of one append carry its key, which ends in how many they are. */
async function appendSome(n: number): Promise<void> {
  const size = 1 + below(20);
  const key = `${run}-${n}-${size}`;
  const events = await journal.append(
    Array.from({ length: size }, () => anEvent(`n${below(10)}`, 'Waiting', { waitingFor: key, until: n })),
  );
  say(`${events[0]?.id} ${events.at(-1)?.id} ${key}`);
}

try {
  for (let n = 0; ; n += 10) {
    await Promise.all(Array.from({ length: 1 + below(10) }, (_, i) => appendSome(n + i)));
  }
} catch (error) {
  const next = await journal.append([found('n0')]).catch(codeOf);
  say(`failed ${codeOf(error)} ${next}`);
  process.exit();
}
