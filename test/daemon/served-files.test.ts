import { describe, expect, it } from 'vitest';
import { servedFiles } from '../../src/daemon/served-files.ts';
import { aNode, aProfile, aSite, NO_DNSMASQ } from '../builders/node.ts';

const HASH = '$y$j9T$abc.def$0123456789abcdefABCDEF';
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFoo thandi';

function site() {
  const users = [{ name: 'thandi', passwordHash: HASH, sshKeys: [KEY] }];
  const profile = { ...aProfile('base'), installer: 'debian-installer' as const, users };
  return aSite([aNode('n1').with({ installDigest: 'ab12', configDigest: 'cd34' })], {
    profiles: new Map([['base', profile as never]]),
    services: { dnsmasq: { ...NO_DNSMASQ, mode: 'managed' }, netboot: null },
    networks: new Map([
      ['mgmt', { name: 'mgmt', cidr: '10.0.0.0/8', role: 'install' as const, dhcp: true } as never],
    ]),
  });
}

describe('what a node would be served', () => {
  it('its lines of dnsmasq, its boot script, and each file of its installer', () => {
    const files = servedFiles(site(), 'n1', 'http://10.0.0.1:8480') ?? [];
    expect(files.slice(0, 3).map(({ file }) => file)).toEqual([
      'dnsmasq: its lines of hosts',
      'boot script',
      'preseed.cfg',
    ]);
    expect(files[1]?.text).toContain('http://10.0.0.1:8480/i/token/');
  });

  it('promise 10: with hashes and keys masked', () => {
    const files = servedFiles(site(), 'n1', 'http://10.0.0.1:8480') ?? [];
    const text = JSON.stringify(files);
    expect(text).toContain('(sensitive value)');
    expect(text).not.toContain('j9T$abc');
    expect(text).not.toMatch(/KEY=.?0{64}/);
    expect(files.find(({ file }) => file.endsWith('/etc/barewright/key'))?.text).toBe('(sensitive value)\n');
    expect(text).toContain('echo \\"$1$2\\"');
    expect(text).toContain('AAAAC3NzaC1lZDI1NTE5AAAAIFoo');
  });

  it('nothing of a node that is not there', () => {
    expect(servedFiles(site(), 'n2', 'http://x')).toBe(null);
    expect(servedFiles(null, 'n1', 'http://x')).toBe(null);
  });
});
