import { expect, it } from 'vitest';
import { createLedgerViews } from '../../src/daemon/ledger-views.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { waiting } from '../builders/event.ts';
import { aFortnight, aTale, HOUR, MONDAY } from '../ledger/a-history.ts';

/** A journal of these events, each a Waiting behind it, and of nothing else. */
async function over(history: ReturnType<typeof aFortnight>) {
  let now = 0;
  const journal = openMemoryJournal({ clock: () => now });
  for (const { time, ...event } of history) {
    now = time;
    await journal.append([event, waiting('n1', time)]);
  }
  now = MONDAY + 14 * 24 * HOUR;
  return { journal, views: createLedgerViews({ journal, site: () => null, clock: () => now }) };
}

it('reads a ledger of many pages', async () => {
  const tale = aTale();
  for (let n = 0; n < 1_500; n++) {
    tale.wanted(n, 'n1', 'c1', 'docker', n);
    tale.started(n, 'n1', 'c1', 1, 'docker', n);
    tale.settled(n, 'n1', 'c1', 1, { generation: n });
  }
  const { views } = await over(tale.events);
  expect(await views.ledger({})).toHaveLength(1_500);
  expect((await views.ledger({ node: 'n1', limit: 1 })).map(({ generation }) => generation)).toEqual([1_499]);
  expect((await views.rackAt(MONDAY + 700 * HOUR)).nodes[0]?.record?.generation).toBe(700);
});

it('ledger, rack and report are the same when all that may be pruned is gone', async () => {
  const { journal, views } = await over(aFortnight());
  const question = { since: 0, until: Number.MAX_SAFE_INTEGER, pool: null, by: 'pool' } as const;
  const all = () =>
    Promise.all([views.ledger({}), views.rackAt(MONDAY + 100 * HOUR), views.report({ ...question })]);
  const before = await all();
  expect(await journal.prune(MONDAY + 1_000 * HOUR)).toBeGreaterThan(20);
  expect(await all()).toEqual(before);
});

it('the period of a report begins with the journal, and ends now', async () => {
  const { views } = await over(aFortnight());
  const report = await views.report({ since: 0, until: MONDAY + 9_000 * HOUR, pool: null, by: null });
  expect([report.since, report.until]).toEqual([MONDAY + HOUR, MONDAY + 14 * 24 * HOUR]);
  const none = await (await over([])).views.report({ since: 5, until: 3, pool: null, by: 'week' });
  expect(none).toMatchObject({ since: 5, until: 5, groups: [], all: { deploymentsPerWeek: 0 } });
});
