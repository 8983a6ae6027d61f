import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { installerScript } from '../../src/render/boot-script.ts';
import { type PreseedInput, preseed } from '../../src/render/preseed.ts';
import { debconfValue, plainWord, RenderError, shellWord } from '../../src/render/text.ts';
import { anInstall } from './an-install.ts';

type Poison = (input: PreseedInput, value: string) => PreseedInput;

/** Every value of a site repository that reaches the answer file. */
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
  package: (i, name) => ({ ...i, profile: { ...i.profile, packages: ['curl', name] } }),
  stack: (i, name) => ({ ...i, profile: { ...i.profile, stacks: [{ name }] } }),
  'recorded profile': (i, profile) => ({ ...i, record: { ...i.record, profile } }),
  'install digest': (i, installDigest) => ({ ...i, record: { ...i.record, installDigest } }),
  commit: (i, commit) => ({ ...i, record: { ...i.record, commit } }),
  'boot URL': (i, bootUrl) => ({ ...i, bootUrl: `http://10.0.0.1${bootUrl}` }),
};

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
      // The dollar is part of every hash.
      if (field === 'password hash' && evil === 'a$b') continue;
      const poison = FIELDS[field];
      expect(() => preseed(poison ? poison(anInstall(), evil) : anInstall()), JSON.stringify(evil)).toThrow(
        RenderError,
      );
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
            text = preseed(poison(anInstall(), value));
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
          ].includes(field);
          if (!dropped) expect(text.split('\n').length).toBe(lines);
          for (const line of text.split('\n').slice(1, -1))
            expect(line).toMatch(/^d-i [\w./-]+ [a-z]+( \S.*)?$/);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('inventory text cannot inject into a boot script', () => {
  const script = (change: { name?: string; release?: string; arg?: string; url?: string }) => {
    const { node, profile, bootUrl } = anInstall();
    return installerScript({
      node: { ...node, name: change.name ?? node.name },
      profile: {
        ...profile,
        os: { ...profile.os, release: change.release ?? 'trixie' },
        kernelArguments: [change.arg ?? 'quiet'],
      },
      bootUrl: change.url ?? bootUrl,
      answersToken: 'TOKEN',
      attempt: 1,
    });
  };

  it.each(['name', 'release', 'arg', 'url'] as const)('%s', (field) => {
    for (const evil of EVIL)
      expect(() => script({ [field]: evil }), JSON.stringify(evil)).toThrow(RenderError);
  });

  it('whatever the values are: a RenderError, or six lines', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('name', 'release', 'arg', 'url'),
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
