import type { PreseedInput } from '../../src/render/preseed.ts';
import { aNode, aProfile, aRecord, aSite } from '../builders/node.ts';

/** An install with every field of site, node and profile in use. */
export function anInstall(): PreseedInput {
  const node = aNode('sip-n01').profile('docker', 2).with({ configDigest: 'c0de' }).build();
  const artifact = (digit: string) => ({ file: '/srv/boot', sha256: digit.repeat(64) });
  const profile = aProfile('docker', {
    netboot: { kernel: artifact('a'), initrd: artifact('b') },
    disk: { device: '/dev/disk/by-id/nvme-eui.0025385b71b00e2f', layout: 'lvm' },
    users: [
      { name: 'guest' },
      { name: 'ops', groups: ['adm'], sudo: true, passwordHash: '$y$j9T$NotARealSalt$NotARealHash' },
    ],
    packages: ['curl', 'g++', 'lldpd'],
    kernelArguments: ['console=tty0', 'console=ttyS1,115200n8'],
    stacks: [{ name: 'base' }, { name: 'docker', parameters: { log_size: '20m' } }],
  });
  const site = aSite([node], {
    timezone: 'Africa/Johannesburg',
    ntp: ['10.77.0.1', '10.77.0.2'],
    mirror: { url: 'http://mirror.example.org/debian', proxy: 'http://10.77.0.1:3128' },
    profiles: new Map([['docker', profile]]),
  });
  const record = aRecord('docker', 2, {
    installId: '0123456789abcdef0123456789abcdef',
    installDigest: 'a1b2',
    commit: 'c0ffee',
  });
  return {
    ...{ site, node, profile, record },
    ...{ bootUrl: 'http://10.77.0.1:8480', callbackToken: 'CALLBACK', reportKey: 'c0de'.repeat(16) },
  };
}
