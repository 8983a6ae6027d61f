import { describe, expect, it } from 'vitest';
import { fold } from '../../src/model/fold.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import { aCommit } from '../builders/commit.ts';
import { anEvent } from '../builders/event.ts';
import { aNode, aProfile, aRecord, aSite } from '../builders/node.ts';
import { aState } from '../builders/state.ts';
import {
  accepted,
  destroying,
  fates,
  NOW,
  names,
  nextSite,
  planOf,
  preview,
  settled,
  statesOf,
} from './step.ts';

function after(states: Map<string, NodeState>, ...events: Parameters<typeof fold>[1][]) {
  for (const event of events) fold(states, event);
  return states;
}

describe('promise 2: a disk is lost only on purpose', () => {
  it('an edited profile, template or stack destroys nothing: outdated, or applied in place', () => {
    const before = aSite([aNode('n1'), aNode('n2')]);
    const edited = nextSite([
      aNode('n1').with({ installDigest: 'install-base-edited' }),
      aNode('n2').with({ configDigest: 'config-base-edited' }),
    ]);
    const { plan, events } = preview(edited, statesOf(settled('n1'), settled('n2')), before);
    expect(plan.actions.map(({ node, kind, effect }) => [node, kind, effect])).toEqual([
      ['n1', 'outdated', 'none'],
      ['n2', 'configure', 'in-place'],
    ]);
    expect(events).toEqual([]);
  });

  it('a raised generation reinstalls exactly that node', () => {
    const site = nextSite([aNode('n1'), aNode('n2').profile('base', 2), aNode('n3')]);
    const states = statesOf(settled('n1'), settled('n2'), settled('n3'));
    const { plan, events } = preview(site, states);
    expect(destroying(plan)).toMatchObject([
      { node: 'n2', change: 'generation 1 → 2', hold: null, cause: { commit: site.commit } },
    ]);
    expect(plan.totals['DESTROYS DISK']).toBe(1);
    expect(events.map(({ node, reason }) => [node, reason])).toEqual([['n2', 'InstallWanted']]);
  });

  it('a raised generation of what the disk carries already only moves the baseline', () => {
    const states = statesOf(settled('n1').with({ record: aRecord('base', 2) }));
    const { plan, events } = preview(nextSite([aNode('n1').profile('base', 2)]), states);
    expect(fates(plan)).toEqual([]);
    expect(events.map(({ reason }) => reason)).toEqual(['BaselineMoved']);
  });

  it('a lowered generation asks for nothing, and drops a want that has not begun', () => {
    const wanting = statesOf(settled('n1').wants('base', 2));
    const { plan, events } = preview(nextSite([aNode('n1')]), wanting);
    expect(fates(plan)).toEqual([]);
    expect(events.map(({ reason }) => reason)).toEqual(['BaselineMoved', 'InstallUnwanted']);
  });

  it('a want is dropped between two attempts too, as long as no installer had its answers', () => {
    const failed = settled('n1').wants('base', 2).held().attempt({ armed: false });
    const states = accepted(nextSite([aNode('n1')]), statesOf(failed));
    expect(states.get('n1')).toMatchObject({ want: null, attempt: null, record: { generation: 1 } });
  });

  it('a want is kept when the disk was touched, whatever the commit lowers', () => {
    const touched = aState('n1').installed('base').wants('base', 2).held().power('off');
    const states = after(statesOf(touched.attempt({ nextBootSetAt: 1 })), {
      ...anEvent('n1', 'AnswersServed', { installId: 'install-base-2', address: '10.0.0.1' }),
      time: NOW,
    });
    expect(accepted(nextSite([aNode('n1')]), states).get('n1')).toMatchObject({
      want: { generation: 2 },
      record: null,
      known: true,
    });
  });

  it('a first install that touched the disk is not dropped by lowering the generation either', () => {
    const first = aState('n1').wants('base', 2, { first: true }).approved().phase('installing');
    const states = after(
      statesOf(first.attempt()),
      { ...anEvent('n1', 'AnswersServed', { installId: 'install-base-2', address: '10.0.0.1' }), time: NOW },
      {
        ...anEvent('n1', 'AttemptStarted', { attempt: 2, installId: 'i2', target: target(first.build()) }),
        time: NOW,
      },
    );
    expect(accepted(nextSite([aNode('n1')]), states).get('n1')?.want).not.toBeNull();
  });

  it('of a disk that an earlier install has cost, what Git lowers is installed as Git says it last', () => {
    const lost = settled('n1').wants('base', 4).with({ record: null });
    for (const waiting of [lost.held(), lost.phase('booting').attempt({ nextBootSetAt: 1, scriptAt: 2 })]) {
      const { events } = preview(nextSite([aNode('n1').profile('base', 2)]), statesOf(waiting));
      const states = accepted(nextSite([aNode('n1').profile('base', 2)]), statesOf(waiting));
      expect(states.get('n1')).toMatchObject({
        want: { generation: 2, asked: { id: aCommit('def').id } },
        record: null,
      });
      expect(states.get('n1')?.attempt?.armed ?? false).toBe(false);
      expect(events.at(-1)?.message).toBe(
        'reinstall wanted: generation 2, as its disk is lost already, in place of "generation 1 → 4", which the commit took back',
      );
    }
  });

  it('an attempt after one of the same install that failed is left as it is: that disk may carry it, and say so late', () => {
    const again = settled('n1')
      .wants('base', 4)
      .with({ record: null, failed: { commit: 'abc', at: 1 } });
    for (const attempt of [again.attempt({ nextBootSetAt: 1 }), again.with({ attemptsUsed: 1 }).attempt()]) {
      const { events } = preview(
        nextSite([aNode('n1').profile('base', 2)]),
        statesOf(attempt.phase('booting')),
      );
      expect(events.map(({ reason }) => reason)).toEqual(['BaselineMoved']);
    }
  });

  it('a profile that is renamed back before the disk was touched asks for no second install', () => {
    const waiting = settled('n1').wants('docker', 1).held().attempt({ armed: false });
    const { plan, events } = preview(nextSite([aNode('n1')]), statesOf(waiting));
    expect(fates(plan)).toEqual([]);
    expect(events.map(({ reason }) => reason)).toEqual(['BaselineMoved', 'InstallUnwanted']);
  });

  it('an attempt that Git takes back while the machine boots is disarmed in the same breath', () => {
    const booting = settled('n1').wants('base', 2).phase('booting').attempt({ nextBootSetAt: 1 });
    const { events } = preview(nextSite([aNode('n1')]), statesOf(booting));
    expect(events.map(({ reason }) => reason)).toEqual(['BaselineMoved', 'Disarmed', 'InstallUnwanted']);
    const fetched = settled('n1')
      .wants('base', 2)
      .phase('booting')
      .attempt({ nextBootSetAt: 1, scriptAt: 2 });
    expect(preview(nextSite([aNode('n1')]), statesOf(fetched)).events.map(({ reason }) => reason)).toEqual([
      'BaselineMoved',
      'Disarmed',
      'CycleRequested',
      'InstallUnwanted',
    ]);
  });

  it('protecting a node calls its installer back, and keeps the want under the guard', () => {
    const booting = settled('n1').wants('base', 2).phase('booting').attempt({ nextBootSetAt: 1 });
    const site = nextSite([aNode('n1').profile('base', 2).protected()]);
    const states = accepted(site, statesOf(booting));
    expect(states.get('n1')).toMatchObject({ want: { generation: 2 }, attempt: { armed: false } });
    const held = statesOf({ ...booting.build(), phase: 'held', attempt: null });
    expect(fates(planOf(site, held))).toEqual(['n1 held by protected']);
  });

  it('protecting a node whose installer has its answers changes nothing: that disk is lost', () => {
    const installing = settled('n1').wants('base', 2).phase('installing').attempt({ answersAt: 1 });
    const site = nextSite([aNode('n1').profile('base', 2).protected()]);
    expect(preview(site, statesOf(installing)).events).toEqual([]);
  });

  it('a deleted file only lets go of the node', () => {
    const before = aSite([aNode('n1'), aNode('n2')]);
    const { plan, events } = preview(nextSite([aNode('n1')]), statesOf(settled('n1'), settled('n2')), before);
    expect(events.map(({ node, reason }) => [node, reason])).toEqual([['n2', 'NodeReleased']]);
    expect(plan.actions).toMatchObject([{ node: 'n2', kind: 'release', effect: 'files', hold: null }]);
  });

  it('an install under way shows another one that a commit asks for', () => {
    const installing = settled('n1').wants('base', 2).phase('installing').attempt({ answersAt: 1 });
    const { plan } = preview(nextSite([aNode('n1').profile('base', 3)]), statesOf(installing));
    expect(destroying(plan)).toMatchObject([{ node: 'n1', change: 'generation 2 → 3' }]);
  });

  it('the install under way itself is not announced as one more', () => {
    const installing = settled('n1').wants('base', 2).phase('installing').attempt({ answersAt: 1 });
    expect(planOf(nextSite([aNode('n1').profile('base', 2)]), statesOf(installing)).actions).toEqual([]);
  });
});

describe('promise 3: losing the store loses no disk', () => {
  it('on an empty store every node is only found', () => {
    const site = aSite(names(12).map((name, i) => aNode(name).profile('docker', i + 1)));
    const { plan, events } = preview(site, new Map());
    expect(plan.actions.map(({ kind, effect }) => `${kind} ${effect}`)).toEqual(Array(12).fill('find none'));
    expect(new Set(events.map(({ reason }) => reason))).toEqual(new Set(['NodeFound']));
  });

  it('an unknown disk is not wiped without an approval, neither when found nor when a commit asks', () => {
    const site = aSite([aNode('n1')]);
    expect(fates(planOf(site, statesOf(aState('n1').power('on'))))).toEqual([]);
    expect(fates(planOf(site, statesOf(aState('n1').power('on').held())))).toEqual([
      'n1 held by unknown-install',
    ]);
    const raised = nextSite([aNode('n1').profile('base', 2)]);
    expect(fates(preview(raised, statesOf(aState('n1').power('on'))).plan)).toEqual([
      'n1 held by unknown-install',
    ]);
  });

  it('a node that turns out to carry what is wanted is not installed again', () => {
    const raised = accepted(nextSite([aNode('n1').profile('base', 2)]), statesOf(aState('n1').power('on')));
    const data = {
      record: aRecord('base', 2),
      configDigest: 'config-base',
      stacks: [],
      facts: {},
      boot: false,
    };
    after(raised, { ...anEvent('n1', 'Reported', data), time: NOW });
    expect(fates(planOf(nextSite([aNode('n1').profile('base', 2)]), raised))).toEqual([]);
  });

  it('the approval of a first install is taken back by a report', () => {
    const site = aSite([aNode('n1')]);
    const approved = aState('n1').wants('base', 1, { first: true }).approved().held().power('on');
    expect(fates(planOf(site, statesOf(approved)))).toEqual(['n1 now']);
    const reported = approved.with({ record: aRecord('docker', 4), known: true });
    expect(fates(planOf(site, statesOf(reported)))).toEqual([]);
  });
});

describe('a stuck node', () => {
  it('is shown as waiting for a person, its power included, and takes no place of others', () => {
    const stuck = settled('n1').wants('base', 2).stuck().power('off');
    const site = aSite([aNode('n1').profile('base', 2), aNode('n2').pool('x').profile('base', 2)], {
      policy: { installsAtOnce: 1 },
    });
    const plan = planOf(site, statesOf(stuck, settled('n2').wants('base', 2)));
    expect(plan.actions.map(({ node, kind, hold }) => [node, kind, hold?.guard ?? null])).toEqual([
      ['n1', 'install', 'stuck'],
      ['n1', 'power-on', 'stuck'],
      ['n2', 'install', null],
    ]);
  });

  it('is freed by a raise of its generation', () => {
    const stuck = statesOf(settled('n1').wants('base', 2).stuck());
    expect(fates(preview(nextSite([aNode('n1').profile('base', 3)]), stuck).plan)).toEqual(['n1 now']);
  });
});

it('a held node is still kept at its declared power', () => {
  const states = statesOf(settled('n1').wants('base', 2).held().power('off'));
  const site = aSite([aNode('n1').profile('base', 2).protected()], {
    profiles: new Map([['base', aProfile('base')]]),
  });
  expect(planOf(site, states).actions.map(({ kind, hold }) => [kind, hold?.guard ?? null])).toEqual([
    ['install', 'protected'],
    ['power-on', null],
  ]);
});

it('nothing is said of the power of a node whose BMC was taken out of the inventory', () => {
  const site = aSite([aNode('n1').bmc(null)]);
  expect(planOf(site, statesOf(settled('n1').power('off'))).actions).toEqual([]);
});

function target(state: NodeState) {
  if (!state.want) throw new Error('wants nothing');
  return state.want;
}
