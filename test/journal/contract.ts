/** What every journal promises; each store's own test runs it. */

import { describe, expect, it } from 'vitest';
import { LEDGER_REASONS } from '../../src/journal/ledger.ts';
import { refold } from '../../src/journal/refold.ts';
import type { EventFilter, Journal } from '../../src/model/journal.ts';
import { anEvent, found, NOTHING_PLANNED, waiting } from '../builders/event.ts';
import { aCommit, aRecord } from '../builders/node.ts';
import { MANY, SAID, SEARCHES } from './searches.ts';

const idsOf = (journal: Journal, filter: EventFilter): number[] => journal.read(filter).map(({ id }) => id);

/** `open` gives an empty journal on the clock; whoever opens it also disposes of it. */
export function journalContract(name: string, open: (clock: () => number) => Promise<Journal>): void {
  describe(`${name}: the journal's contract`, () => {
    it('folds at the call, is durable at the promise', async () => {
      const journal = await open(() => 5);
      const written = journal.append([found('n1'), waiting('n1', 1)]);

      expect(journal.state('n1')).toMatchObject({ name: 'n1', waitingFor: 'thing 1', foundAt: 5 });
      expect(journal.lastId()).toBe(2);
      expect(journal.read({})).toEqual([]);

      const events = await written;
      expect(events).toMatchObject([
        { id: 1, time: 5, node: 'n1', reason: 'NodeFound', phase: 'found', attempt: null },
        { id: 2, time: 5, node: 'n1', reason: 'Waiting', data: { waitingFor: 'thing 1', until: 1 } },
      ]);
      expect(journal.read({})).toEqual(events);
    });

    it('numbers appends in the order of the calls, without gaps', async () => {
      const journal = await open(() => 1);
      const all = await Promise.all(
        [1, 2, 3, 4].map((n) => journal.append([waiting('n1', n), waiting('n2', n)])),
      );
      expect(all.flat().map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      expect(journal.read({ node: 'n2' }).map(({ data }) => data)).toMatchObject(
        [1, 2, 3, 4].map((until) => ({ until })),
      );
    });

    it('keeps time from running backwards when the clock steps back', async () => {
      let now = 1_000;
      const journal = await open(() => now);
      await journal.append([found('n1')]);
      now = 400;
      await journal.append([waiting('n1', 1)]);
      now = 1_001;
      await journal.append([waiting('n1', 2)]);
      expect(journal.read({}).map(({ time }) => time)).toEqual([1_000, 1_000, 1_001]);
    });

    it('lets go of released nodes and replaces states instead of changing them', async () => {
      const journal = await open(() => 1);
      await journal.append([found('n1'), found('n2')]);
      const before = journal.state('n1');
      await journal.append([waiting('n1', 1), anEvent('n2', 'NodeReleased', {})]);
      expect(before?.waitingFor).toBe('its BMC and its own report');
      expect([...journal.states().keys()]).toEqual(['n1']);
      expect(journal.state('n2')).toBeUndefined();
      expect(refold(journal)).toEqual(journal.states());
    });

    it('remembers facts, with events or alone, each by itself', async () => {
      const journal = await open(() => 1);
      expect(journal.facts()).toEqual({ acceptedCommit: null, allowedHead: null });
      const written = journal.append([found('n1')], { acceptedCommit: 'c1' });
      expect(journal.facts().acceptedCommit).toBe('c1');
      await written;
      await expect(journal.append([], { allowedHead: 'c9' })).resolves.toEqual([]);
      expect(journal.facts()).toEqual({ acceptedCommit: 'c1', allowedHead: 'c9' });
    });

    it('takes nothing of an append that cannot be written down', async () => {
      const journal = await open(() => 1);
      await journal.append([found('n1')]);
      const state = journal.state('n1');
      const circular: Record<string, unknown> = {};
      circular['self'] = circular;
      const bad = { ...waiting('n1', 2), data: circular } as unknown as ReturnType<typeof waiting>;
      await expect(journal.append([waiting('n1', 1), bad], { acceptedCommit: 'c1' })).rejects.toThrow(
        TypeError,
      );
      expect(journal.state('n1')).toBe(state);
      expect(journal.facts().acceptedCommit).toBeNull();
      await expect(journal.append([waiting('n1', 3)])).resolves.toMatchObject([{ id: 2 }]);
    });

    it('tells subscribers in order, after the events can be read, until they stop', async () => {
      const journal = await open(() => 1);
      const heard: number[][] = [];
      const stop = journal.subscribe((events) => {
        const ids = events.map(({ id }) => id);
        expect(idsOf(journal, { after: (ids[0] ?? 0) - 1, limit: ids.length })).toEqual(ids);
        heard.push(ids);
      });
      await Promise.all([journal.append([found('n1'), found('n2')]), journal.append([waiting('n1', 1)])]);
      await journal.append([], { acceptedCommit: 'c1' });
      stop();
      await journal.append([waiting('n1', 2)]);
      expect(heard).toEqual([[1, 2], [3]]);
    });

    it('names the nodes whose state has become another one in the turn of the append, until that is stopped', async () => {
      const journal = await open(() => 1);
      const heard: string[] = [];
      const stop = journal.onState((node) => heard.push(`${node} ${journal.state(node)?.name}`));
      const daemonStarted = anEvent(null, 'DaemonStarted', { version: '1' });
      const written = journal.append([found('n1'), found('n2'), daemonStarted]);
      expect(heard).toEqual(['n1 n1', 'n2 n2']);
      stop();
      await Promise.all([written, journal.append([waiting('n1', 1)])]);
      expect(heard).toHaveLength(2);
    });

    it('takes appends from a subscriber', async () => {
      const journal = await open(() => 1);
      const more: Promise<unknown>[] = [];
      journal.subscribe((events) => {
        if (events[0]?.reason === 'NodeFound') more.push(journal.append([waiting('n1', 1)]));
      });
      await journal.append([found('n1')]);
      await Promise.all(more);
      expect(journal.read({}).map(({ reason }) => reason)).toEqual(['NodeFound', 'Waiting']);
    });

    describe('read', () => {
      async function filled(): Promise<Journal> {
        let now = 0;
        const journal = await open(() => now);
        for (const n of [1, 2, 3, 4]) {
          now = n * 10;
          await journal.append([
            n === 1 ? found('n1') : waiting('n1', n),
            anEvent('n2', 'Stuck', { why: 'x' }, { commit: n > 2 ? 'c2' : 'c1', actor: 'thandi' }),
            anEvent(null, 'DaemonStarted', { version: `${n}` }),
          ]);
        }
        return journal;
      }

      const cases: [string, EventFilter, number[]][] = [
        ['everything', {}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
        ['a node', { node: 'n1' }, [1, 4, 7, 10]],
        ['a commit', { commit: 'c2' }, [8, 11]],
        ['the beginning of a commit', { commit: 'c' }, [2, 5, 8, 11]],
        ['the beginning of a commit, the newest of a node', { commit: 'c', node: 'n2', limit: 1 }, [11]],
        ['a commit that is not there', { commit: 'c3' }, []],
        ['nodes', { nodes: ['n1', 'n2', 'n1'], limit: 3 }, [8, 10, 11]],
        ['more nodes than are walked', { nodes: [...MANY, 'n1'], after: 1, limit: 2 }, [4, 7]],
        ['no nodes', { nodes: [] }, []],
        ['nodes, and one of them', { nodes: ['n1', 'n2'], node: 'n2' }, [2, 5, 8, 11]],
        ['a phase', { phase: 'found' }, [1, 4, 7, 10]],
        ['an actor', { actor: 'thandi' }, [2, 5, 8, 11]],
        ['reasons', { reasons: ['Waiting', 'DaemonStarted', 'Waiting'] }, [3, 4, 6, 7, 9, 10, 12]],
        ['reasons, the newest', { reasons: ['Waiting', 'DaemonStarted'], limit: 3 }, [9, 10, 12]],
        ['reasons, onwards', { reasons: ['Waiting', 'DaemonStarted'], after: 4, limit: 3 }, [6, 7, 9]],
        ['reasons of a node', { node: 'n1', reasons: ['Waiting', 'Stuck'] }, [4, 7, 10]],
        ['reasons of a commit', { commit: 'c1', reasons: ['Stuck'] }, [2, 5]],
        ['no reason', { reasons: [] }, []],
        ['no reason of a node', { node: 'n1', reasons: [] }, []],
        ['since', { since: 30 }, [7, 8, 9, 10, 11, 12]],
        ['until', { until: 20 }, [1, 2, 3, 4, 5, 6]],
        ['between', { since: 11, until: 20 }, [4, 5, 6]],
        ['the future', { since: 41 }, []],
        ['after', { after: 10 }, [11, 12]],
        ['before', { before: 3 }, [1, 2]],
        ['an empty stretch', { after: 5, before: 6 }, []],
        ['the newest', { limit: 2 }, [11, 12]],
        ['the newest before', { before: 8, limit: 2 }, [6, 7]],
        ['the next', { after: 2, limit: 2 }, [3, 4]],
        ['a node, the newest, in a time', { node: 'n1', until: 30, limit: 2 }, [4, 7]],
        ['a node and a commit', { node: 'n2', commit: 'c1', actor: 'thandi' }, [2, 5]],
        ['a node that is not there', { node: `n1' OR 1=1 --` }, []],
      ];

      it.each(cases)('%s', async (_name, filter, ids) => {
        expect(idsOf(await filled(), filter)).toEqual(ids);
      });

      it.each(SEARCHES)('searches %j', async (filter, ids) => {
        const journal = await open(() => 1);
        await journal.append(SAID);
        expect(idsOf(journal, filter)).toEqual(ids);
      });

      it.each([{ limit: 0 }, { limit: 10_001 }, { limit: 1.5 }, { after: Number.NaN }, { since: 0.5 }])(
        'refuses %j',
        async (filter) => {
          const journal = await open(() => 1);
          expect(() => journal.read(filter)).toThrow(expect.objectContaining({ code: 'bad-filter' }));
        },
      );
    });

    describe('prune', () => {
      it('deletes what is older, keeps the ledger and the states, and numbers on', async () => {
        let now = 10;
        const journal = await open(() => now);
        await journal.append([
          found('n1'),
          waiting('n1', 1),
          anEvent(null, 'CommitAccepted', {
            commit: aCommit('c1'),
            previous: null,
            nodes: 1,
            plan: NOTHING_PLANNED,
          }),
          anEvent('n1', 'InstallApproved', { digest: null, why: '' }),
          anEvent('n1', 'AttemptFailed', { attempt: 1, why: '', missing: 'answers', retryAt: null }),
          anEvent('n1', 'InstallSettled', { record: aRecord('base'), durationMs: 1 }),
          waiting('n1', 2),
        ]);
        now = 20;
        await journal.append([waiting('n1', 3)]);
        const states = structuredClone(journal.states());

        expect(await journal.prune(20)).toBe(2);

        expect(idsOf(journal, {})).toEqual([1, 3, 4, 5, 6, 8]);
        expect(idsOf(journal, { reasons: LEDGER_REASONS })).toEqual([1, 3, 4, 5, 6]);
        expect(journal.states()).toEqual(states);
        expect(await journal.append([waiting('n1', 4)])).toMatchObject([{ id: 9 }]);
      });

      it('keeps the newest event, from which the next id and time follow', async () => {
        const journal = await open(() => 10);
        await journal.append([waiting('n1', 0), waiting('n1', 1)]);
        expect(await journal.prune(1_000)).toBe(1);
        expect(idsOf(journal, {})).toEqual([2]);
      });

      it('does nothing to an empty journal, or when aborted', async () => {
        const journal = await open(() => 10);
        expect(await journal.prune(1_000)).toBe(0);
        await journal.append([found('n1'), found('n2')]);
        expect(await journal.prune(1_000, AbortSignal.abort())).toBe(0);
        expect(idsOf(journal, {})).toEqual([1, 2]);
      });
    });

    it('writes what waits when it is closed, and takes nothing after that', async () => {
      const journal = await open(() => 1);
      const written = journal.append([found('n1')]);
      await journal.close();
      await expect(written).resolves.toMatchObject([{ id: 1 }]);
      await journal.close();
      await expect(journal.append([waiting('n1', 1)])).rejects.toMatchObject({ code: 'closed' });
      expect(() => journal.read({})).toThrow(expect.objectContaining({ code: 'closed' }));
    });
  });
}
