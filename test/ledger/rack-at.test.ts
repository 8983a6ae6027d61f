import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { rackAt } from '../../src/ledger/rack-at.ts';
import { RACK_REASONS } from '../../src/ledger/reasons.ts';
import type { Event, Reason } from '../../src/model/event.ts';
import { fold } from '../../src/model/fold.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import { aCommit } from '../builders/commit.ts';
import { waiting } from '../builders/event.ts';
import { aFortnight, anyHistory, aTale, HOUR, MONDAY, recordOf } from './a-history.ts';

function at(hour: number): number {
  return MONDAY + hour * HOUR;
}

/** Found, adopted or installed, given up, installed again. */
function aLife(): Event[] {
  const tale = aTale();
  tale.accepted(1, 'c1', 0);
  tale.say(1, 'n1', 'NodeFound', { profile: 'docker', generation: 1 });
  tale.say(1, 'n2', 'NodeFound', { profile: 'docker', generation: 1 });
  tale.say(2, 'n1', 'NodeAdopted', { record: recordOf('n1', 'c0', 1, 'docker', 1) });
  tale.accepted(10, 'c2', 9);
  tale.wanted(10, 'n1', 'c2');
  tale.started(10, 'n1', 'c2');
  tale.say(11, 'n1', 'AnswersServed', { installId: 'n1-c2-1', address: '10.0.0.1' });
  tale.settled(12, 'n1', 'c2', 1, { hardware: 'Dell R650' });
  tale.configured(20, 'n1', 'c2');
  tale.accepted(30, 'c3', 29);
  tale.say(30, 'n2', 'NodeReleased', {});
  tale.say(30, 'n1', 'BaselineMoved', { profile: 'docker', generation: 1 });
  return tale.events;
}

describe('the rack as it was', () => {
  it('before the first commit there is none', () => {
    expect(rackAt(aLife(), MONDAY)).toEqual({
      at: MONDAY,
      inForce: null,
      rebuild: [],
      nodes: [],
      images: [],
    });
  });

  it('names the commit in force, and the commits that would build each node again', () => {
    const rack = rackAt(aLife(), at(5));
    expect(rack.inForce).toMatchObject({ commit: { id: aCommit('c1').id }, since: at(1) });
    expect(rack.rebuild).toEqual([{ commit: aCommit('c0').id, nodes: ['n1'] }]);
    expect(rack.nodes).toMatchObject([
      { node: 'n1', state: 'carries', since: at(2), record: recordOf('n1', 'c0', 1, 'docker', 1) },
      { node: 'n2', state: 'unknown', record: null, declared: { profile: 'docker', generation: 1 } },
    ]);
  });

  it('a disk that was given up carries nothing, until its install has settled', () => {
    // Wanted and begun, but not yet given up.
    expect(rackAt(aLife(), at(10)).nodes[0]).toMatchObject({ state: 'carries', declared: { generation: 2 } });
    expect(rackAt(aLife(), at(11)).nodes[0]).toMatchObject({
      state: 'installing',
      record: null,
      since: at(11),
    });
    expect(rackAt(aLife(), at(12)).nodes[0]).toMatchObject({
      ...{
        state: 'carries',
        since: at(12),
        record: recordOf('n1', 'c2'),
        pool: 'sip',
        hardware: 'Dell R650',
      },
      ...{ stacks: ['base', 'chrony'], configDigest: 'c1' },
    });
    // Configured in place: other stacks on the same install.
    expect(rackAt(aLife(), at(20)).nodes[0]).toMatchObject({
      since: at(12),
      stacks: ['base'],
      configDigest: 'c2',
    });
  });

  it('what left the inventory is left out; what Git says and what is there are told apart', () => {
    const { nodes } = rackAt(aLife(), at(30));
    expect(nodes.map(({ node }) => node)).toEqual(['n1']);
    expect(nodes[0]).toMatchObject({ record: { generation: 2 }, declared: { generation: 1 } });
  });

  it('tags of the registry, as they stood', () => {
    const tale = aTale();
    const place = { image: 'redis', registry: 'r:5000', repository: 'redis', tag: '7' };
    const put = (hour: number, digest: string) =>
      tale.say(hour, null, 'ImagePut', {
        ...place,
        digest,
        previous: null,
        from: 'x',
        bytes: 0,
        requiredBy: [],
      });
    put(1, 'sha256:a');
    put(2, 'sha256:a');
    put(3, 'sha256:b');
    tale.say(4, null, 'ImagePruned', { ...place, digest: 'sha256:b' });
    const tags = (hour: number) =>
      rackAt(tale.events, at(hour)).images.map(({ digest, since }) => [digest, since]);
    expect([tags(2), tags(3), tags(4)]).toEqual([[['sha256:a', at(1)]], [['sha256:b', at(3)]], []]);
  });

  it('the same for ever: later events, and pruning, change nothing', async () => {
    let now = 0;
    const journal = openMemoryJournal({ clock: () => now });
    const history = aFortnight();
    for (const { time, ...event } of history) {
      now = time;
      await journal.append([event, waiting('n1', time)]);
    }
    const then = rackAt(journal.read({ reasons: RACK_REASONS }), at(23));
    now = at(1000);
    await journal.append([waiting('n1', 1)]);
    expect(await journal.prune(now)).toBe(history.length);
    expect(rackAt(journal.read({ reasons: RACK_REASONS }), at(23))).toEqual(then);
    expect(then.nodes.map(({ record }) => record?.installId)).toEqual(['n1-c1-1', 'n2-c1-2', 'n3-c2-2']);
  });

  it('says of each node what the fold says of the same events', () => {
    const chosen: ReadonlySet<Reason> = new Set(RACK_REASONS);
    fc.assert(
      fc.property(anyHistory, fc.nat(60), (all, hour) => {
        const until = at(hour);
        const events = all.filter(({ reason }) => chosen.has(reason));
        const states = new Map<string, NodeState>();
        for (const event of events) if (event.time <= until) fold(states, event);
        const nodes = new Map(rackAt(events, until).nodes.map((node) => [node.node, node]));
        for (const [name, { record, baseline }] of states) {
          expect(nodes.get(name)).toMatchObject({ record, declared: baseline });
        }
      }),
    );
  });
});
