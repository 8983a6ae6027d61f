import { describe, expect, it } from 'vitest';
import type { DesiredImage, Site } from '../../src/model/desired.ts';
import { compareSites } from '../../src/plan/compare-sites.ts';
import { formatComparison } from '../../src/plan/format-comparison.ts';
import { aCommit, aNode, aProfile, aSite, type NodeBuilder } from '../builders/node.ts';

const FROM = aCommit('abc');
const TO = aCommit('def', { author: 'Sipho' });

/** Said of each thing: `n1 DESTROYS DISK: generation 1 → 2`. Only `changed` files were touched on the way. */
function differences(before: Site, after: Site, changed: readonly string[] = []): string[] {
  return compare(before, after, changed).map(
    ({ about, name, effect, change }) => `${about === 'node' ? '' : `${about} `}${name} ${effect}: ${change}`,
  );
}

function compare(before: Site, after: Site, changed: readonly string[] = []) {
  return compareSites(before, after, {
    commitOf: (file) => (changed.includes(file) ? TO : null),
    firstBelow: (start) => changed.find((path) => path.startsWith(start)) ?? null,
  });
}

function site(nodes: readonly NodeBuilder[], change: Parameters<typeof aSite>[1] = {}): Site {
  return aSite(nodes, { commit: TO, ...change });
}

const n1 = aNode('n1').with({ bootAddress: '10.99.0.1' }).bmc('ipmi://10.99.128.1');

describe('what differs between two sites', () => {
  it('is nothing where only comments do', () => {
    expect(differences(aSite([n1]), site([n1]))).toEqual([]);
  });

  it.each<[what: string, after: NodeBuilder, said: string[]]>([
    ['a raised generation', n1.profile('base', 2), ['n1 DESTROYS DISK: generation 1 → 2']],
    ['another profile', n1.profile('docker'), ['n1 DESTROYS DISK: profile base → docker']],
    ['power', n1.power('off'), ['n1 power: power on → off']],
    ['power left alone', n1.power('unmanaged'), ['n1 none: power on → unmanaged']],
    [
      'what is installed',
      n1.with({ installDigest: 'other' }),
      ['n1 none: outdated: what base installs has changed; raise the generation to reinstall'],
    ],
    ['a stack', n1.with({ configDigest: 'other' }), ['n1 in-place: stacks of base applied again']],
    ['an address', n1.with({ bootAddress: '10.0.0.9' }), ['n1 files: address 10.99.0.1 → 10.0.0.9']],
    ['a pause', n1.paused('fan'), ['n1 none: paused: fan']],
    ['a protection', n1.protected('data'), ['n1 none: protected: data']],
    [
      'a dependency',
      n1.with({ dependsOn: [{ kind: 'pool', name: 'ceph' }] }),
      ['n1 none: depends on pool ceph'],
    ],
    ['labels', n1.with({ labels: { rack: 'r2' } }), ['n1 none: labels changed']],
    ['a BMC', n1.bmc(null), ['n1 none: BMC ipmi://10.99.128.1 → none']],
  ])('%s', (_what, after, said) => {
    const told = differences(aSite([n1]), site([after]));
    expect(told.filter((line) => line.startsWith('n1'))).toEqual(said);
  });

  it('promise 2: a lowered generation is said to reinstall nothing', () => {
    expect(differences(aSite([n1.profile('base', 3)]), site([n1.profile('base', 2)]))).toEqual([
      'n1 none: generation 3 → 2: lowering it reinstalls nothing',
    ]);
  });

  it('nodes that come, go and move', () => {
    const before = aSite([n1, aNode('n2')]);
    expect(differences(before, site([n1.pool('hte'), aNode('n3')]))).toEqual([
      'n1 none: pool sip → hte',
      'n3 none: new in pool sip, base: adopted as it is when it reports, held otherwise',
      'n2 files: no longer in the inventory: let go; its power and disk stay as they are',
      'pool hte none: new',
    ]);
  });

  it('stacks by name, with the file and the commit that changed them', () => {
    const profile = (names: string[]) =>
      new Map([['base', aProfile('base', { stacks: names.map((name) => ({ name })) })]]);
    const stack = (name: string, digest: string) =>
      [name, { name, digest, files: [], spec: {} }] as [string, never];
    const stacks = (digest: string) =>
      new Map([stack('docker', digest), stack('chrony', 'c'), stack('nfs', 'n')]);
    const before = aSite([n1], { profiles: profile(['docker', 'chrony']), stacks: stacks('1') });
    const after = site([n1.with({ configDigest: 'other' })], {
      profiles: profile(['docker', 'nfs']),
      stacks: stacks('2'),
    });
    const changed = ['profiles/base.yaml', 'profiles/stacks/docker/apply.sh'];
    const told = compare(before, after, changed).filter(({ about }) => about === 'node');
    expect(told.map(({ change, cause }) => [change, cause.source?.file, cause.commit?.author])).toEqual([
      ['stack docker has changed: applied again', 'profiles/stacks/docker/apply.sh', 'Sipho'],
      ['stack nfs is new: applied', 'profiles/base.yaml', 'Sipho'],
      ['stack chrony is no longer applied; what it left stays', 'profiles/base.yaml', 'Sipho'],
    ]);
  });

  it('policy and images', () => {
    const image = (change: Partial<DesiredImage>): DesiredImage => ({
      ...{ name: 'redis', repository: 'redis', build: null, newest: null, requiredBy: [] },
      mirror: { registry: 'docker.io', repository: 'library/redis', platforms: [] },
      tags: [{ tag: '7', digest: null }],
      source: { file: 'inventory/images/redis.yaml', line: 1, column: 1 },
      ...change,
    });
    const images = (change: Partial<DesiredImage>) => new Map([['redis', image(change)]]);
    const before = aSite([n1], { images: images({}) });
    const after = site([n1], {
      policy: { installsAtOnce: 2 },
      images: images({ tags: [{ range: '~8.0' }], requiredBy: ['sip'] }),
    });
    expect(differences(before, after)).toEqual([
      'site karoo none: policy.installsAtOnce 4 → 2',
      'image redis files: tags + ~8.0  - 7',
      'image redis files: required by sip',
    ]);
    expect(differences(before, site([n1]))).toEqual([
      'image redis files: no longer declared: tags 7 are removed',
    ]);
  });

  it('is told with the costs first, names folded, and who did it', () => {
    const many = Array.from({ length: 12 }, (_, i) => aNode(`sip-n${String(i + 1).padStart(2, '0')}`));
    const before = aSite([...many, aNode('hte-n1')]);
    const after = site([...many.map((node) => node.profile('base', 2)), aNode('hte-n1').power('off')]);
    const changes = compare(before, after, ['inventory/nodes/hte-n1.yaml']);
    expect(formatComparison(changes, { from: FROM.id, to: TO.id })).toBe(`\
13 nodes changed from abc0000000 to def0000000

Reinstalls (destroys the disk)
  sip-n01…n12 (12)  generation 1 → 2
      inventory/nodes/sip-n01.yaml:6 and 11 more places

Power
  hte-n1  power on → off
      inventory/nodes/hte-n1.yaml:5  def0000000  Sipho
`);
    expect(formatComparison([], { from: FROM.id, to: TO.id })).toBe(
      'The same site from abc0000000 to def0000000\n',
    );
  });
});
