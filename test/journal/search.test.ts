import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { openSqliteJournal } from '../../src/journal/sqlite.ts';
import { anEvent } from '../builders/event.ts';
import { aTempDir } from '../builders/temp-dir.ts';

const word = fc.constantFrom(
  'power',
  'Pow',
  'on',
  'sip-n01',
  'sip-n0',
  '10.10.0.1',
  'ÄÖ',
  '"',
  '*',
  'AND',
  'c0ffee',
  ':',
  'x_y',
);
const text = fc.oneof(
  fc.array(word, { maxLength: 6 }).map((words) => words.join(' ')),
  fc.string({ maxLength: 20 }),
);

it('the index and the scan find the same, whatever is written and whatever is sought', async () => {
  const sqlite = await openSqliteJournal({ file: join(aTempDir(), 'journal.db'), clock: () => 1 });
  onTestFinished(() => sqlite.close());
  const memory = openMemoryJournal({ clock: () => 1 });
  const messages = fc.sample(text, { numRuns: 300, seed: 7 });
  const events = messages.map((message, i) => anEvent(`sip-n0${i % 3}`, 'Stuck', { why: '' }, { message }));
  await sqlite.append(events);
  await memory.append(events);
  // Of a node with many events the index is asked, of one with few the events are.
  const many = Array.from({ length: 2_100 }, () => anEvent('sip-n02', 'Resumed', {}));
  await sqlite.append(many);
  await memory.append(many);
  fc.assert(
    fc.property(text, fc.option(fc.constantFrom('sip-n01', 'sip-n02')), (sought, node) => {
      const filter = { text: sought, ...(node === null ? {} : { node }) };
      expect(sqlite.read(filter).map(({ id }) => id)).toEqual(memory.read(filter).map(({ id }) => id));
    }),
    { numRuns: 500 },
  );
});
