import { describe, expect, it } from 'vitest';
import { adaptSite } from '../../../src/daemon/rehearsal/adapt-site.ts';
import { aNode, aProfile, aSite, NO_DNSMASQ } from '../../builders/node.ts';

const places = {
  speed: 400,
  bmcOf: (node: string) => (node === 'n1' ? { host: '127.77.0.1', port: 6231 } : null),
};

describe('a site that is rehearsed', () => {
  const sha256 = 'a'.repeat(64);
  const dependsOn = [
    { kind: 'image', name: 'redis' },
    { kind: 'node', name: 'n2' },
  ] as const;
  const n1 = aNode('n1').with({ bootLoader: 'grub', dependsOn });
  const site = aSite([n1, aNode('n2').bmc(null)], {
    services: {
      dnsmasq: { ...NO_DNSMASQ, mode: 'managed', interfaces: ['eth0'] },
      netboot: { listen: '10.0.0.1:80', directory: '/srv', configuration: '/etc/nginx/x', reload: ['nginx'] },
    },
    registries: new Map([['own', { endpoint: 'https://10.0.0.1:5000', own: true }]]),
    review: {
      forge: {
        kind: 'gitea',
        url: 'https://git.example.org',
        repository: 'a/b',
        token: { env: 'T' },
        ca: null,
      },
      forks: false,
      webhooks: { host: '0.0.0.0', port: 8483, secret: { env: 'S' } },
    },
    policy: { sshCheck: { user: 'ops', key: { file: 'k' } } as never },
    profiles: new Map([
      [
        'base',
        aProfile('base', {
          installer: 'image',
          image: { url: 'https://x.example/i', sha256, format: 'raw' },
        }),
      ],
    ]),
  });
  const adapted = adaptSite(site, places);

  it('reaches nothing beyond this machine', () => {
    expect([...adapted.nodes.values()].map(({ bmc }) => bmc?.url ?? null)).toEqual([
      'ipmi://127.77.0.1:6231',
      null,
    ]);
    expect(adapted.nodes.get('n1')).toMatchObject({
      ...{ bootLoader: 'ipxe', bmc: { credentials: 'rehearsal' } },
      dependsOn: [{ kind: 'node', name: 'n2' }],
    });
    expect(adapted).toMatchObject({
      services: { dnsmasq: { mode: 'off' }, netboot: null },
      ...{ review: null, notifications: null, verify: null, policy: { sshCheck: null } },
    });
    expect([adapted.registries.size, adapted.images.size, adapted.credentials.size]).toEqual([0, 0, 1]);
    expect(adapted.profiles.get('base')).not.toHaveProperty('image');
    expect(JSON.stringify([...adapted.profiles, ...adapted.credentials])).not.toContain('example');
  });

  it('keeps what machines are to carry, and all that guards look at', () => {
    const kept = ({ pool, profile, generation, installDigest, configDigest }: ReturnType<typeof one>) => [
      ...[pool, profile, generation, installDigest, configDigest],
    ];
    const one = (of: typeof site) => of.nodes.get('n1') ?? aNode('none').build();
    expect(kept(one(adapted))).toEqual(kept(one(site)));
    const { installsAtOnce, reinstallsPerCommit, attempts, unavailablePerPool, windows } = site.policy;
    expect(adapted.policy).toMatchObject({
      ...{ installsAtOnce, reinstallsPerCommit, attempts, unavailablePerPool, windows },
    });
  });

  it('has durations as short as the rack lives, but for a least', () => {
    expect(adapted.profiles.get('base')?.timeouts).toEqual({ install: 4_500, configure: 2_250 });
    expect(adapted.policy.deadlines).toEqual({ arming: 3_000, booting: 1_500, restarting: 1_500 });
  });
});
