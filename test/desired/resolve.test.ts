import { describe, expect, it } from 'vitest';
import { createDocumentCache } from '../../src/desired/document-cache.ts';
import type { DesiredNode } from '../../src/model/desired.ts';
import { NO_DNSMASQ } from '../builders/node.ts';
import { type Files, node, resolveFiles, siteOf, smallFiles, treeOf } from './site-files.ts';

function n1(change: Files = {}): DesiredNode {
  const found = siteOf(smallFiles(change)).nodes.get('n1');
  if (!found) throw new Error('no n1');
  return found;
}

const site = (spec: string) => ({
  'inventory/site.yaml': `apiVersion: barewright.dev/v1
kind: Site
metadata: { name: lab }
spec:
  credentials:
    bmc-default: { username: admin, password: { file: bmc-default } }
${spec}`,
});

describe('resolveSite', () => {
  it('fills in everything that is built in', () => {
    const {
      commit,
      credentials,
      networks,
      pools,
      profiles,
      stacks,
      images,
      registries,
      texts,
      nodes,
      ...rest
    } = siteOf(smallFiles());
    expect(rest).toEqual({
      name: 'lab',
      domain: '',
      timezone: 'Etc/UTC',
      verify: null,
      dns: [],
      ntp: [],
      mirror: null,
      certificates: [],
      services: { dnsmasq: NO_DNSMASQ, netboot: null },
      review: null,
      notifications: null,
      access: null,
      policy: {
        power: 'enforce',
        installsAtOnce: 4,
        reinstallsPerCommit: 3,
        unavailablePerPool: 2,
        images: 'enforce',
        imageInterval: 600_000,
        prunesAtOnce: 10,
        collectInterval: 604_800_000,
        attempts: 3,
        sweepInterval: 60_000,
        reportInterval: 300_000,
        softOffGrace: 60_000,
        bmcGap: 500,
        sshCheck: null,
        windows: [],
        approvalExpiry: 7 * 86_400_000,
        deadlines: { arming: 30_000, booting: 300_000, restarting: 600_000 },
      },
      warnings: [],
    });
    expect(commit.id).toMatch(/^c1/);
    expect(credentials.get('bmc-default')).toEqual({ username: 'admin', password: { file: 'bmc-default' } });
    expect(networks.get('data6')).toEqual({ name: 'data6', cidr: 'fd77:79::/64', role: 'data', dhcp: false });
    expect(pools.get('sip')).toEqual({
      ...{ name: 'sip', description: '', unavailable: 2 },
      rollout: { canary: 0, haltAfter: null },
    });
    expect(profiles.get('base')).toMatchObject({
      timeouts: { install: 3_600_000, configure: 1_800_000 },
      stacks: [{ name: 'base', parameters: { motd: 'hello' } }],
    });
    expect(stacks.get('base')?.digest).toMatch(/^[0-9a-f]{16}$/);
    expect([images.size, registries.size, texts.size]).toEqual([0, 0, 0]);
    expect(nodes.get('n1')).toEqual({
      name: 'n1',
      pool: 'sip',
      labels: {},
      power: 'on',
      firmware: 'uefi',
      bootLoader: 'ipxe',
      profile: 'base',
      generation: 1,
      protected: null,
      paused: null,
      dependsOn: [],
      bmc: {
        url: 'ipmi://127.77.0.11:6230',
        scheme: 'ipmi',
        host: '127.77.0.11',
        port: 6230,
        credentials: 'bmc-default',
      },
      interfaces: [
        { name: 'eno1', mac: '52:54:00:77:00:11', network: 'mgmt', address: '10.77.0.11', boot: true },
      ],
      bonds: [],
      vlans: [],
      bootMac: '52:54:00:77:00:11',
      bootAddress: '10.77.0.11',
      installDigest: expect.stringMatching(/^[0-9a-f]{16}$/),
      configDigest: expect.stringMatching(/^[0-9a-f]{16}$/),
      sources: {
        node: { file: 'inventory/nodes.yaml', line: 3, column: 19 },
        pool: { file: 'inventory/nodes.yaml', line: 5, column: 9 },
        definition: { file: 'profiles/base.yaml', line: 3, column: 19 },
        profile: { file: 'inventory/pools.yaml', line: 4, column: 41 },
        generation: { file: 'inventory/nodes.yaml', line: 3, column: 19 },
        power: { file: 'inventory/nodes.yaml', line: 3, column: 19 },
      },
    });
  });

  it('lets the nearest word win: node, then pool, then site, and says where it stands', () => {
    const defaults =
      '  defaults: { power: "off", firmware: bios, install: { profile: base, generation: 7 }, bmc: { credentials: bmc-default } }\n';
    const pool = (spec: string) => ({
      'inventory/pools.yaml': `apiVersion: barewright.dev/v1\nkind: Pool\nmetadata: { name: sip }\nspec: { ${spec} }\n`,
    });
    const own = { 'inventory/nodes.yaml': node('n1', 11, '  power: on\n  install: { generation: 9 }\n') };

    const fromSite = n1({ ...site(defaults), ...pool('') });
    expect(fromSite).toMatchObject({ power: 'off', firmware: 'bios', profile: 'base', generation: 7 });
    expect(fromSite.sources.power).toEqual({ file: 'inventory/site.yaml', line: 7, column: 22 });

    const fromPool = n1({ ...site(defaults), ...pool('defaults: { install: { generation: 8 } }') });
    expect(fromPool).toMatchObject({ power: 'off', generation: 8 });
    expect(fromPool.sources.generation).toEqual({ file: 'inventory/pools.yaml', line: 4, column: 44 });

    const fromNode = n1({ ...site(defaults), ...pool('defaults: { install: { generation: 8 } }'), ...own });
    expect(fromNode).toMatchObject({ power: 'on', firmware: 'bios', generation: 9 });
    expect(fromNode.sources.power).toEqual({ file: 'inventory/nodes.yaml', line: 6, column: 10 });
  });

  it('takes a pool percentage, and the site policy where a pool is silent', () => {
    const change = site(
      '  policy: { unavailablePerPool: 10% }\n  defaults: { bmc: { credentials: bmc-default } }\n',
    );
    expect(siteOf(smallFiles(change)).pools.get('sip')?.unavailable).toBe('10%');
    const own = {
      'inventory/pools.yaml':
        'apiVersion: barewright.dev/v1\nkind: Pool\nmetadata: { name: sip }\nspec: { policy: { unavailablePerPool: 25% }, defaults: { install: { profile: base } } }\n',
    };
    expect(siteOf(smallFiles({ ...change, ...own })).pools.get('sip')?.unavailable).toBe('25%');
  });

  it('reads pauses, protection and labels', () => {
    const spec = '  protected: { reason: data }\n  paused: { reason: fan, until: 2026-12-01T00:00:00Z }\n';
    expect(n1({ 'inventory/nodes.yaml': node('n1', 11, spec) })).toMatchObject({
      protected: { reason: 'data' },
      paused: { reason: 'fan', until: Date.UTC(2026, 11, 1) },
    });
  });

  it('puts nodes in the order in which people count', () => {
    const names = ['n10', 'n9', 'n2'].map((name, i) => node(name, 20 + i)).join('---\n');
    expect([...siteOf(smallFiles({ 'inventory/nodes.yaml': names })).nodes.keys()]).toEqual([
      'n2',
      'n9',
      'n10',
    ]);
  });

  it('spells addresses one way', () => {
    const extra =
      '    - { name: ens1, mac: 52:54:00:77:01:11, network: data6, address: "FD77:79:0:0::0011" }\n';
    expect(n1({ 'inventory/nodes.yaml': node('n1', 11) + extra }).interfaces[1]?.address).toBe('fd77:79::11');
  });
});

describe('the two digests', () => {
  const before = n1();
  const profile = (spec: string) => ({
    'profiles/base.yaml': `apiVersion: barewright.dev/v1\nkind: Profile\nmetadata: { name: base }\nspec:\n  os: { family: debian, release: bookworm }\n${spec}`,
  });
  const stacks = '  stacks:\n    - name: base\n';

  it.each<[string, Files, 'install' | 'config' | 'none']>([
    ['a package', profile(`  packages: [curl]\n${stacks}`), 'install'],
    ['a user', profile(`  users: [{ name: ops }]\n${stacks}`), 'install'],
    ['a disk layout', profile(`  disk: { layout: lvm }\n${stacks}`), 'install'],
    ['the default layout, written out', profile(`  disk: { layout: single }\n${stacks}`), 'none'],
    ['a description', profile(`  description: words\n${stacks}`), 'none'],
    ['a timeout', profile(`  timeouts: { install: 5m }\n${stacks}`), 'none'],
    [
      'a stack parameter',
      profile('  stacks:\n    - { name: base, parameters: { motd: other } }\n'),
      'config',
    ],
    [
      'a default parameter, written out',
      profile('  stacks:\n    - { name: base, parameters: { motd: hello } }\n'),
      'none',
    ],
    ['a script of a stack', { 'profiles/stacks/base/apply.sh': '#!/bin/sh\nset -e\n' }, 'config'],
    ['another file of a stack', { 'profiles/stacks/base/files/motd': 'x' }, 'config'],
    ['an address', { 'inventory/nodes.yaml': node('n1', 11).replace('10.77.0.11', '10.77.0.12') }, 'install'],
    ['the generation', { 'inventory/nodes.yaml': node('n1', 11, '  install: { generation: 2 }\n') }, 'none'],
    [
      'power and a comment',
      { 'inventory/nodes.yaml': `# words\n${node('n1', 11, '  power: "off"\n')}` },
      'none',
    ],
    [
      'a network the node is not on',
      {
        'inventory/more.yaml':
          'apiVersion: barewright.dev/v1\nkind: Network\nmetadata: { name: far }\nspec: { cidr: 10.99.0.0/24 }\n',
      },
      'none',
    ],
    [
      'a name server of the site',
      site('  dns: [10.77.0.1]\n  defaults: { bmc: { credentials: bmc-default } }\n'),
      'install',
    ],
  ])('%s', (_, change, which) => {
    const after = n1(change);
    const changed = [
      after.installDigest === before.installDigest ? [] : ['install'],
      after.configDigest === before.configDigest ? [] : ['config'],
    ].flat();
    expect(changed).toEqual(which === 'none' ? [] : [which]);
  });
});

describe('the document cache', () => {
  it('parses a content once, wherever it stands, and asks for no more than the site has', () => {
    const files = smallFiles();
    const cache = createDocumentCache();
    expect(cache.missing(treeOf(files))).toHaveLength(7);
    resolveFiles(files, cache);
    expect(cache.missing(treeOf(files))).toEqual([]);
    const moved = { ...files, 'inventory/deep/nodes.yaml': files['inventory/nodes.yaml'] ?? '' };
    expect(cache.missing(treeOf(moved))).toEqual([]);
    const changed = { ...files, 'inventory/nodes.yaml': node('n1', 11, '  install: { generation: 2 }\n') };
    expect(cache.missing(treeOf(changed))).toHaveLength(1);
    expect(resolveFiles(changed, cache).site?.nodes.get('n1')?.generation).toBe(2);
  });

  it('names each place when the same content stands at two paths', () => {
    const files = smallFiles();
    const { problems } = resolveFiles({
      ...files,
      'inventory/copy.yaml': files['inventory/nodes.yaml'] ?? '',
    });
    expect(problems.map(({ file, code }) => `${file} ${code}`)).toEqual(['inventory/nodes.yaml duplicate']);
  });

  it('is asked for what it lacks, not worked around', () => {
    expect(() => resolveFilesWithout('inventory/site.yaml')).toThrow(/lacks .* of inventory\/site.yaml/);
  });
});

function resolveFilesWithout(path: string): void {
  const files = smallFiles();
  const cache = createDocumentCache();
  resolveFiles(files, {
    ...cache,
    add: (blob, bytes) =>
      treeOf(files).find((entry) => entry.path === path)?.blob === blob ? undefined : cache.add(blob, bytes),
  });
}
