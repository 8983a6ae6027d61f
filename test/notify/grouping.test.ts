import { describe, expect, it } from 'vitest';
import { T0 } from '../builders/commit.ts';
import { anEvent, NOTHING_PLANNED } from '../builders/event.ts';
import { aTold, drift, git, halted, racks, SLACK, silent, toldTo } from './a-memory.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

describe('one cause is one message', () => {
  it('a BMC network that is down names the count, the pools and the first names, once', () => {
    const told = aTold();
    for (const [n, node] of racks(400).entries()) told.hear(n * 50, silent(node));
    expect(told.tell(49 * SECOND)).toEqual([]);
    expect(told.titles(50 * SECOND)).toEqual([
      '400 BMCs cannot be asked in pools hte, sip: hte-n2, hte-n4, hte-n6, hte-n8, hte-n10 and 395 more',
    ]);
    expect(told.tell(30 * MINUTE)).toEqual([]);
  });

  it('and its return is one message, when all have been back for a while', () => {
    const told = aTold();
    const nodes = racks(400);
    told.hear(0, ...nodes.map((node) => silent(node)));
    told.tell(MINUTE);
    told.end(10 * MINUTE, ...nodes.slice(0, 200));
    told.end(10 * MINUTE + 20 * SECOND, ...nodes);
    expect(told.tell(10 * MINUTE + 49 * SECOND)).toEqual([]);
    expect(told.titles(10 * MINUTE + 50 * SECOND)).toEqual([
      'over: 400 BMCs answer again: hte-n2, hte-n4, hte-n6, hte-n8, hte-n10 and 395 more',
    ]);
    expect(told.memory).toMatchObject({ groups: {}, channels: { ops: { told: {} } } });
  });

  it('a wrong password is another cause than a silent network, and one BMC is in one group', () => {
    const told = aTold();
    told.hear(0, silent('sip-n1'), silent('sip-n2'), silent('sip-n3', 'auth'));
    told.hear(SECOND, silent('sip-n2', 'auth'));
    expect(told.titles(MINUTE)).toEqual([
      'sip-n1: no answer in time',
      "2 BMCs refuse the daemon's account in pool sip: sip-n2, sip-n3",
    ]);
  });

  it('one that heals before it is told is not told; one that comes back is the same, until its end was told', () => {
    const told = aTold();
    told.hear(0, git());
    told.end(20 * SECOND, 'repository');
    expect(told.tell(MINUTE)).toEqual([]);
    told.hear(2 * MINUTE, git());
    expect(told.tell(3 * MINUTE)).toHaveLength(1);
    told.end(4 * MINUTE, 'repository');
    told.hear(4 * MINUTE + 10 * SECOND, git());
    expect(told.tell(30 * MINUTE).map(({ kind }) => kind)).toEqual(['update']);
  });

  it('more of the same is an update, no sooner than asked for', () => {
    const told = aTold();
    told.hear(0, silent('sip-n1'));
    told.tell(MINUTE);
    told.hear(2 * MINUTE, silent('sip-n2'));
    expect(told.tell(5 * MINUTE)).toEqual([]);
    const [update] = told.tell(6 * MINUTE);
    expect(update).toMatchObject({
      kind: 'update',
      count: 2,
      details: ['1 when this was told last', 'sip-n1, sip-n2: no answer in time'],
    });
  });

  it('the last of many is named with what is wrong, though its own words were not kept', () => {
    const told = aTold();
    const all = Array.from({ length: 25 }, (_, n) => `sip-n${n + 1}`);
    told.hear(0, ...all.map((node) => silent(node, 'auth')));
    told.tell(MINUTE);
    for (const node of all.slice(0, -1)) told.end(2 * MINUTE, node);
    expect(told.titles(6 * MINUTE)).toEqual(["one of the BMCs that refuse the daemon's account: sip-n25"]);
  });

  it('what keeps changing is told all the same', () => {
    const told = aTold();
    for (let at = 0; at <= 2 * MINUTE; at += 10 * SECOND) told.hear(at, silent(`sip-n${at}`));
    expect(told.due(2 * MINUTE - 1).wakeAt).toBe(T0 + 2 * MINUTE);
    expect(told.tell(2 * MINUTE)).toHaveLength(1);
  });

  it('a halted rollout keeps its name while it counts on, and is over when it is released', () => {
    const told = aTold();
    told.hear(0, halted('sip', 2), halted('sip', 3));
    expect(told.titles(MINUTE)).toEqual(['the rollout of abc in pool sip has halted: 3 nodes failed']);
    told.end(2 * MINUTE, 'the rollout of abc in pool sip');
    expect(told.titles(3 * MINUTE)).toEqual(['over: the rollout goes on (the rollout of abc in pool sip)']);
  });

  it('news of one reason is one message; what happens every day is told only to who asks', () => {
    const told = aTold();
    told.hear(0, drift('7'), drift('8'));
    told.hear(SECOND, anEvent(null, 'DaemonStarted', { version: '1' }));
    expect(told.tell(MINUTE).map(({ title, details }) => [title, ...details])).toEqual([
      ['2 tags are not as barewright put them', 'redis:7 was removed', 'redis:8 was removed'],
    ]);
  });

  it('a commit that holds something is a warning, others are not', () => {
    const told = aTold();
    const commit = { id: 'c'.repeat(40), author: 'a', email: '', time: 0, subject: 's' };
    const accepted = (held: number) =>
      anEvent(null, 'CommitAccepted', {
        commit,
        previous: null,
        nodes: 1,
        plan: { ...NOTHING_PLANNED, held },
      });
    told.hear(0, accepted(0));
    expect(told.tell(MINUTE)).toEqual([]);
    told.hear(2 * MINUTE, accepted(2));
    expect(told.tell(3 * MINUTE)).toMatchObject([
      { severity: 'warning', advice: 'See what is held: barewright plan' },
    ]);
  });
});

describe('routes', () => {
  const to = toldTo({
    channels: new Map([
      ['sip', SLACK],
      ['bad', SLACK],
      ['all', SLACK],
    ]),
    routes: [
      { channels: ['sip', 'all'], severity: 'warning', pools: ['sip'], reasons: null },
      { channels: ['bad'], severity: 'error', pools: null, reasons: null },
      { channels: ['all'], severity: 'info', pools: null, reasons: ['DaemonStarted', 'BmcUnreachable'] },
    ],
  });

  it('go by pool, severity and reason; several that match are one message', () => {
    const told = aTold(to);
    told.hear(0, silent('sip-n1'), silent('hte-n1'), git(), halted('sip', 1));
    told.hear(0, anEvent(null, 'DaemonStarted', { version: '1' }, { message: 'started' }));
    told.hear(0, halted('hte', 1));
    expect(told.titles(MINUTE, 'sip')).toEqual([
      'the rollout of abc in pool sip has halted: 1 nodes failed',
      'sip-n1: no answer in time',
    ]);
    expect(told.titles(MINUTE, 'bad')).toEqual([
      expect.stringMatching(/^2 rollouts have halted in pools hte, sip: /),
    ]);
    expect(told.titles(MINUTE, 'all')).toEqual([
      'the rollout of abc in pool sip has halted: 1 nodes failed',
      '2 BMCs cannot be asked in pools hte, sip: hte-n1, sip-n1',
      'started',
    ]);
  });

  it('a channel that is told of one pool is told when that pool is well', () => {
    const told = aTold(to);
    told.hear(0, silent('sip-n1'), silent('hte-n1'));
    told.tell(MINUTE, 'sip');
    told.tell(MINUTE, 'all');
    told.end(10 * MINUTE, 'sip-n1');
    expect(told.titles(11 * MINUTE, 'sip')).toEqual(['over: the BMC answers again (sip-n1)']);
    expect(told.tell(11 * MINUTE, 'all')).toMatchObject([{ kind: 'update', count: 1 }]);
  });

  it('a channel that is new is told what is open', () => {
    const told = aTold(to);
    told.hear(0, silent('hte-n1'));
    told.tell(MINUTE, 'all');
    expect(told.due(30 * MINUTE, 'bad').subjects).toEqual([]);
    const later = aTold({
      ...to,
      routes: [{ channels: ['bad'], severity: 'info', pools: null, reasons: null }],
    });
    later.restart(told.memory, []);
    expect(later.tell(30 * MINUTE, 'bad')).toHaveLength(1);
  });
});

describe('no storms', () => {
  it('many causes at once are one message that names each', () => {
    const told = aTold();
    told.hear(0, silent('sip-n1'), silent('sip-n2', 'auth'), git(), drift('7'), halted('sip', 1));
    const [digest, ...more] = told.tell(MINUTE);
    expect(more).toEqual([]);
    expect(digest).toMatchObject({
      kind: 'digest',
      severity: 'error',
      title: '5 things at once: 4 wrong, 1 new',
    });
    expect(digest?.details[0]).toBe('the rollout of abc in pool sip has halted: 1 nodes failed');
    expect(told.tell(MINUTE)).toEqual([]);
  });

  it('a channel is told no more often than it may; what it is told then is what is still so', () => {
    const told = aTold(toldTo({ atMost: 2 }));
    told.hear(0, halted('a', 1));
    told.tell(MINUTE);
    told.hear(MINUTE, git());
    told.tell(2 * MINUTE);
    told.hear(3 * MINUTE, silent('sip-n1'));
    told.hear(3 * MINUTE, drift('7'));
    expect(told.due(4 * MINUTE)).toMatchObject({ subjects: [], wakeAt: T0 + 11 * MINUTE });
    told.end(5 * MINUTE, 'sip-n1');
    expect(told.tell(11 * MINUTE)).toMatchObject([
      { kind: 'news', details: ['1 more came and went while this channel could not be told'] },
    ]);
  });

  it('with room for one message only, two causes are one', () => {
    const told = aTold(toldTo({ atMost: 1 }));
    told.hear(0, silent('sip-n1'), git());
    expect(told.titles(MINUTE)).toEqual(['2 things at once: 2 wrong']);
  });

  it('news that wait are bounded and counted; old ones are dropped', () => {
    const told = aTold();
    for (let n = 0; n < 70; n += 1) told.hear(n, drift(`t${n}`));
    const [message] = told.tell(MINUTE);
    expect(message).toMatchObject({ count: 50 });
    expect(message?.details.at(-1)).toBe('20 more pieces of news found no place; see: barewright events');
  });
});
