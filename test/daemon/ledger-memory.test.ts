import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLedgerMemory } from '../../src/daemon/ledger-memory.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { historyOf } from '../../src/ledger/history.ts';
import { REPORT_REASONS } from '../../src/ledger/reasons.ts';
import type { Event } from '../../src/model/event.ts';
import { anyHistory, MONDAY } from '../ledger/a-history.ts';

const TAKEN: ReadonlySet<string> = new Set(REPORT_REASONS);

/** All of it from the beginning. */
function anew(written: readonly Event[]) {
  return whole(historyOf(written.filter(({ reason }) => TAKEN.has(reason))));
}

/** Everything a history holds, as values that can be held against another's. */
function whole({ begin, entries, inForce, deeds, recoveries, stuckSince }: ReturnType<typeof historyOf>) {
  return structuredClone({
    ...{ begin, entries, deeds, recoveries },
    ...{ inForce: [...inForce], stuckSince: [...stuckSince] },
  });
}

it('what is kept, and what came since, is what all of it comes to, whenever it is asked and by however many', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyHistory,
      fc.array(fc.nat(2)),
      fc.integer({ min: 1, max: 5 }),
      async (events, asks, size) => {
        let now = MONDAY;
        const journal = openMemoryJournal({ clock: () => now });
        const memory = createLedgerMemory(journal, size);
        const written: Event[] = [];
        for (const [n, { time, ...event }] of events.entries()) {
          now = time;
          written.push(...(await journal.append([event])));
          const asked = Array.from({ length: asks[n] ?? 0 }, () => memory.now().then(whole));
          for (const answer of await Promise.all(asked)) expect(answer).toEqual(anew(written));
        }
        expect(whole(await memory.now())).toEqual(anew(written));
      },
    ),
  );
});

it('what is taken while others write is taken once', async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory, async (events) => {
      const journal = openMemoryJournal({ clock: () => MONDAY });
      const memory = createLedgerMemory(journal, 2);
      const written: Event[] = [];
      const asking: Promise<unknown>[] = [];
      for (const { time: _time, ...event } of events) {
        asking.push(memory.now());
        written.push(...(await journal.append([event])));
      }
      await Promise.all(asking);
      expect(whole(await memory.now())).toEqual(anew(written));
    }),
  );
});

it('what was read once is not read again', async () => {
  const journal = openMemoryJournal({ clock: () => MONDAY });
  const asked: number[] = [];
  const memory = createLedgerMemory({
    read(filter) {
      asked.push(filter.after ?? 0);
      return journal.read(filter);
    },
  });
  const append = () =>
    journal.append(
      fc
        .sample(anyHistory, 1)
        .flat()
        .map(({ time: _time, ...event }) => event),
    );
  await append();
  await memory.now();
  await append();
  await memory.now();
  await memory.now();
  expect(asked).toEqual([...asked].sort((a, b) => a - b));
  expect(asked[0]).toBe(0);
});
