import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { debianInstaller } from '../../src/installers/debian-installer.ts';
import type { Interface } from '../../src/model/desired.ts';
import type { RepositorySpec } from '../../src/model/site-parts.ts';
import { lateScript, type PreseedInput, preseed } from '../../src/render/preseed.ts';
import { debconfValue, plainWord, RenderError, shellWord } from '../../src/render/text.ts';
import { anInstall } from './an-install.ts';

type Poison = (input: PreseedInput, value: string) => PreseedInput;

/** Every value of a site repository that reaches the answer file or a script of the installer. */
const FIELDS: Record<string, Poison> = {
  name: (i, name) => ({ ...i, node: { ...i.node, name } }),
  mac: (i, bootMac) => ({ ...i, node: { ...i.node, bootMac } }),
  'configuration digest': (i, configDigest) => ({ ...i, node: { ...i.node, configDigest } }),
  domain: (i, domain) => ({ ...i, site: { ...i.site, domain } }),
  timezone: (i, timezone) => ({ ...i, site: { ...i.site, timezone } }),
  'time server': (i, server) => ({ ...i, site: { ...i.site, ntp: [server] } }),
  mirror: (i, url) => ({
    ...i,
    site: { ...i.site, mirror: { url: `http://mirror.example.org/debian${url}` } },
  }),
  proxy: (i, proxy) => ({
    ...i,
    site: { ...i.site, mirror: { url: 'http://mirror.example.org/debian', proxy } },
  }),
  release: (i, release) => ({ ...i, profile: { ...i.profile, os: { ...i.profile.os, release } } }),
  'profile name': (i, name) => ({ ...i, profile: { ...i.profile, name } }),
  disk: (i, device) => ({ ...i, profile: { ...i.profile, disk: { device: `/dev/sda${device}` } } }),
  user: (i, name) => ({ ...i, profile: { ...i.profile, users: [{ name, passwordHash: '$y$x' }] } }),
  'password hash': (i, hash) => ({
    ...i,
    profile: { ...i.profile, users: [{ name: 'ops', passwordHash: `$y$x${hash}` }] },
  }),
  group: (i, name) => ({ ...i, profile: { ...i.profile, users: [{ name: 'ops', groups: [name] }] } }),
  'SSH key': (i, key) => ({
    ...i,
    profile: { ...i.profile, users: [{ name: 'ops', sshKeys: [`ssh-ed25519 ${key}`] }] },
  }),
  swap: (i, swap) => ({ ...i, profile: { ...i.profile, disk: { swap } } }),
  'late step': (i, name) => ({ ...i, profile: { ...i.profile, lateSteps: [name] } }),
  'interface name': (i, name) => withInterface(i, { name }),
  'interface MAC': (i, mac) => withInterface(i, { mac }),
  'interface address': (i, address) => withInterface(i, { address }),
  'name server': (i, server) => ({ ...i, site: { ...i.site, dns: [server] } }),
  repository: (i, url) => withRepository(i, { url: `http://apt.example.org/${url}` }),
  'repository suite': (i, suite) => withRepository(i, { suite }),
  'repository component': (i, component) => withRepository(i, { components: [component] }),
  'repository name': (i, name) => withRepository(i, { name }),
  'kernel argument': (i, word) => ({ ...i, profile: { ...i.profile, kernelArguments: [word] } }),
  package: (i, name) => ({ ...i, profile: { ...i.profile, packages: ['curl', name] } }),
  stack: (i, name) => ({ ...i, profile: { ...i.profile, stacks: [{ name }] } }),
  'recorded profile': (i, profile) => ({ ...i, record: { ...i.record, profile } }),
  'install digest': (i, installDigest) => ({ ...i, record: { ...i.record, installDigest } }),
  commit: (i, commit) => ({ ...i, record: { ...i.record, commit } }),
  'boot URL': (i, bootUrl) => ({ ...i, bootUrl: `http://10.0.0.1${bootUrl}` }),
};

function withInterface(input: PreseedInput, change: Partial<Interface>): PreseedInput {
  const [first] = input.node.interfaces;
  if (!first) throw new Error('the node has no interface');
  return { ...input, node: { ...input.node, interfaces: [{ ...first, ...change }] } };
}

function withRepository(input: PreseedInput, change: Partial<RepositorySpec>): PreseedInput {
  const repository = {
    name: 'tools',
    url: 'http://apt.example.org',
    suite: 'trixie',
    key: 'tools',
    ...change,
  };
  const texts = new Map([['profiles/keys/tools.asc', 'a key\n']]);
  return {
    ...{ ...input, site: { ...input.site, texts } },
    profile: { ...input.profile, repositories: [repository] },
  };
}

const EVIL = [
  'a\nb',
  'a\r',
  'a"b',
  "a'b",
  'a$b',
  'a`id`',
  'a;b',
  'a\\',
  '$' + '{net0/mac}',
  '$(id)',
  'a b',
  'a|b',
  'a&b',
  'a#b',
  'a\u2028b',
  'a\u0000b',
  'a\tb',
  '{a}',
  'a<b',
  'a>b',
  'a*b',
  'a!b',
];

describe('inventory text cannot inject into the answer file', () => {
  const lines = preseed(anInstall()).split('\n').length;

  it.each(Object.keys(FIELDS))('%s', (field) => {
    for (const evil of EVIL) {
      // The dollar is part of every hash; a key is a line of its own, which nothing reads anything into.
      if (field === 'password hash' && evil === 'a$b') continue;
      if (field === 'SSH key' && !/[\n\r\u2028\0\t]/.test(evil)) continue;
      const poison = FIELDS[field];
      const poisoned = poison ? poison(anInstall(), evil) : anInstall();
      expect(() => debianInstaller.files(poisoned), JSON.stringify(evil)).toThrow(RenderError);
    }
  });

  it('a package that is an option of apt', () => {
    for (const name of ['-oDPkg::Pre-Invoke=id', '--purge', '-', '+']) {
      expect(() =>
        preseed(
          anInstall().profile && { ...anInstall(), profile: { ...anInstall().profile, packages: [name] } },
        ),
      ).toThrow(RenderError);
    }
  });

  it('whatever the values are: a RenderError, or the same lines as ever', () => {
    const entries = Object.entries(FIELDS);
    fc.assert(
      fc.property(
        fc.constantFrom(...entries),
        fc.string({ unit: 'binary', maxLength: 20 }),
        ([field, poison], value) => {
          let text: string;
          try {
            const poisoned = poison(anInstall(), value);
            text = preseed(poisoned);
            expect(lateScript(poisoned)).not.toMatch(/[$`\\]/);
          } catch (error) {
            expect(error).toBeInstanceOf(RenderError);
            return;
          }
          const dropped = [
            'domain',
            'time server',
            'user',
            'password hash',
            'mirror',
            'disk',
            'proxy',
            'group',
            'SSH key',
            'swap',
            'kernel argument',
          ].includes(field);
          if (!dropped) expect(text.split('\n').length).toBe(lines);
          for (const line of text.split('\n').slice(1, -1))
            expect(line).toMatch(/^(d-i|tasksel|popularity-contest) [\w./-]+ [a-z]+( \S.*)?$/);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('inventory text cannot inject into a boot script', () => {
  const script = (change: { name?: string; mac?: string; arg?: string; url?: string }) => {
    const { node, profile, bootUrl } = anInstall();
    return debianInstaller.bootScript({
      node: { ...node, name: change.name ?? node.name, bootMac: change.mac ?? node.bootMac },
      profile: { ...profile, kernelArguments: [change.arg ?? 'quiet'] },
      bootUrl: change.url ?? bootUrl,
      answersToken: 'TOKEN',
      attempt: 1,
    });
  };

  it.each(['name', 'mac', 'arg', 'url'] as const)('%s', (field) => {
    for (const evil of EVIL)
      expect(() => script({ [field]: evil }), JSON.stringify(evil)).toThrow(RenderError);
  });

  it('whatever the values are: a RenderError, or six lines', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('name', 'mac', 'arg', 'url'),
        fc.string({ unit: 'binary', maxLength: 20 }),
        (field, value) => {
          let text: string;
          try {
            text = script({ [field]: value });
          } catch (error) {
            expect(error).toBeInstanceOf(RenderError);
            return;
          }
          expect(text.split('\n')).toHaveLength(7);
          expect(text).not.toMatch(/[$`;|&"'\\{}](?!\| exit 1)(?<!\|\|)/);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('checks of values', () => {
  it('a plain word stays as it is', () => {
    for (const word of [
      'a',
      'sip-n01',
      'console=ttyS1,115200n8',
      'http://[fd00::1]:8480/x~y_z%20',
      'a+b@c',
    ]) {
      expect(plainWord('x', word)).toBe(word);
    }
    for (const word of ['', ' ', 'é', 'a\n'])
      expect(() => plainWord('x', word)).toThrow('x: not a plain word');
  });

  it('a debconf value is one line without a trailing backslash', () => {
    expect(debconfValue('x', 'a b $c')).toBe('a b $c');
    for (const value of ['a\nb', 'a\\', ' a', 'a '])
      expect(() => debconfValue('x', value)).toThrow(RenderError);
  });

  it('a shell word is read back by sh as it was', () => {
    expect(shellWord('x', `it's $HOME`)).toBe(`'it'\\''s $HOME'`);
    expect(() => shellWord('x', 'a\nb')).toThrow(RenderError);
  });
});
