import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FilesInput } from '../../src/installers/installer.ts';
import { installerOf } from '../../src/installers/table.ts';
import { readBootScript } from '../../src/lab/boot-script.ts';
import { deployAnswers } from '../../src/render/deploy-answers.ts';
import { RenderError } from '../../src/render/text.ts';
import { aNode, aProfile, aRecord, aSite } from '../builders/node.ts';
import { aTempDir } from '../builders/temp-dir.ts';

const KERNEL = '11'.repeat(32);
const INITRD = '22'.repeat(32);
const IMAGE = '33'.repeat(32);
const KEY = `ssh-ed25519 ${'A'.repeat(68)} ops@example`;

function anImageInstall(): FilesInput {
  const node = aNode('sip-n01')
    .profile('appliance', 2)
    .with({ bootMac: '52:54:00:77:00:11', installDigest: 'a1b2', configDigest: 'c0de' })
    .build();
  const profile = aProfile('appliance', {
    installer: 'image',
    netboot: {
      kernel: { file: '/srv/vmlinuz', sha256: KERNEL },
      initrd: { file: '/srv/initrd.gz', sha256: INITRD },
    },
    image: { url: 'http://10.9.9.9/disk.img.gz', sha256: IMAGE, format: 'raw.gz' },
    disk: { device: '/dev/disk/by-id/nvme-eui.0025385b71b00e2f' },
    kernelArguments: ['console=ttyS0'],
    stacks: [{ name: 'base' }, { name: 'docker' }],
  });
  const record = aRecord('appliance', 2, {
    installId: '0123456789abcdef0123456789abcdef',
    installDigest: 'a1b2',
    commit: 'c0ffee',
  });
  const site = aSite([node], { profiles: new Map([['appliance', profile]]) });
  return {
    ...{ site, node, profile, record },
    ...{ bootUrl: 'http://10.77.0.1:8480', callbackToken: 'CALLBACK', reportKey: 'c0de'.repeat(16) },
  };
}

function bootScript({ node, profile, bootUrl }: FilesInput): string {
  const input = { node, profile, bootUrl, answersToken: 'TOKEN', attempt: 2 };
  return installerOf(profile).bootScript(input);
}

describe('the boot script', () => {
  it('names kernel and initrd by digest, and no token on the command line', () => {
    const script = bootScript(anImageInstall());
    expect(script).toBe(`#!ipxe
# sip-n01: image, attempt 2
kernel http://10.77.0.1:8480/netboot/${KERNEL} initrd=answers.cpio initrd=initrd.gz console=ttyS0
initrd --name initrd.gz http://10.77.0.1:8480/netboot/${INITRD}
initrd --name answers.cpio http://10.77.0.1:8480/i/TOKEN/answers.cpio
boot || exit 1
`);
    const read = readBootScript(script, 'uefi');
    expect(read).toMatchObject({
      kind: 'kernel',
      initrds: [{ name: 'initrd.gz' }, { name: 'answers.cpio' }],
    });
    expect(read.kind === 'kernel' && read.arguments.join(' ')).not.toContain('TOKEN');
  });

  it('of the Debian installer names its profile’s kernel by digest, where it has one', () => {
    const { node, profile, bootUrl } = anImageInstall();
    const debian = { ...profile, installer: 'debian-installer' as const };
    const script = installerOf(debian).bootScript({
      node,
      profile: debian,
      bootUrl,
      answersToken: 'T',
      attempt: 1,
    });
    expect(script).toContain(
      `kernel http://10.77.0.1:8480/netboot/${KERNEL} initrd=answers.cpio initrd=initrd.gz auto=true`,
    );
    expect(script).toContain(`initrd --name initrd.gz http://10.77.0.1:8480/netboot/${INITRD}\n`);
  });
});

/** The folder into which cpio has put the answers of an install. */
function unpacked(install: FilesInput): string {
  const input = installerOf(install.profile).files(install).get('answers.cpio') ?? '';
  const folder = aTempDir();
  execFileSync('cpio', ['--extract', '--quiet', '--no-preserve-owner'], { cwd: folder, input });
  return folder;
}

describe('the answers', () => {
  it('are words that a shell reads', () => {
    expect(deployAnswers(anImageInstall())).toBe(`# sip-n01: appliance, generation 2
BW_NODE='sip-n01'
BW_DOMAIN='example.org'
BW_MAC='52:54:00:77:00:11'
BW_REPORT_URL='http://10.77.0.1:8480/report'
BW_REPORT_SECONDS='300'
BW_INSTALL_ID='0123456789abcdef0123456789abcdef'
BW_PROFILE='appliance'
BW_GENERATION='2'
BW_INSTALL_DIGEST='a1b2'
BW_COMMIT='c0ffee'
BW_CONFIG_DIGEST='c0de'
BW_STACKS='base docker'
BW_REPORT_KEY='${'c0de'.repeat(16)}'
BW_CALLBACK_URL='http://10.77.0.1:8480/i/CALLBACK'
BW_IMAGE_URL='http://10.77.0.1:8480/netboot/${IMAGE}'
BW_IMAGE_SHA256='${IMAGE}'
BW_IMAGE_FORMAT='raw.gz'
BW_DISK='/dev/disk/by-id/nvme-eui.0025385b71b00e2f'
BW_GROW='yes'
`);
  });

  it('name no disk where the profile names none', () => {
    const install = anImageInstall();
    const { disk: _, ...profile } = install.profile;
    expect(deployAnswers({ ...install, profile })).toContain("\nBW_DISK=''\n");
  });

  it('come as an archive that cpio unpacks, for root alone', () => {
    const folder = unpacked(anImageInstall());
    expect(readFileSync(join(folder, 'answers'), 'utf8')).toBe(deployAnswers(anImageInstall()));
    expect(statSync(join(folder, 'answers')).mode & 0o777).toBe(0o600);
  });

  it('come with the users, their keys, and the files of the installed system, each with its mode', () => {
    const install = anImageInstall();
    const users = [{ name: 'ops', groups: ['adm'], sudo: true, sshKeys: [KEY] }, { name: 'guest' }];
    const folder = unpacked({ ...install, profile: { ...install.profile, users } });
    const mode = (path: string) => statSync(join(folder, path)).mode & 0o777;
    expect(readFileSync(join(folder, 'users'), 'utf8')).toBe('ops adm sudo -\nguest - - -\n');
    expect(readFileSync(join(folder, 'keys/ops'), 'utf8')).toBe(`${KEY}\n`);
    expect(existsSync(join(folder, 'keys/guest'))).toBe(false);
    expect(mode('target/etc/barewright/record')).toBe(0o600);
    expect(mode('target/usr/local/lib/barewright/agent')).toBe(0o755);
    expect(
      lstatSync(
        join(folder, 'target/etc/systemd/system/timers.target.wants/barewright-agent.timer'),
      ).isSymbolicLink(),
    ).toBe(true);
  });

  it('come with the node’s network, for a system that uses systemd-networkd', () => {
    const install = anImageInstall();
    const folder = unpacked({ ...install, site: { ...install.site, dns: ['10.0.0.53'] } });
    const text = (path: string) => readFileSync(join(folder, 'network/etc', path), 'utf8');
    const [card] = install.node.interfaces;
    expect(text('systemd/network/10-eno1.link')).toContain(`PermanentMACAddress=${card?.mac}\n`);
    expect(text('systemd/network/20-eno1.network')).toContain(`Address=${card?.address}/`);
    expect(text('resolv.conf')).toContain('nameserver 10.0.0.53\n');
    expect(statSync(join(folder, 'network/etc/resolv.conf')).mode & 0o777).toBe(0o644);

    const bare = unpacked({ ...install, node: { ...install.node, interfaces: [] } });
    expect(existsSync(join(bare, 'network'))).toBe(false);
  });
});

type Poison = (input: FilesInput, value: string) => FilesInput;
const POISONS: Record<string, Poison> = {
  name: (i, name) => ({ ...i, node: { ...i.node, name } }),
  mac: (i, bootMac) => ({ ...i, node: { ...i.node, bootMac } }),
  domain: (i, domain) => ({ ...i, site: { ...i.site, domain: `x${domain}` } }),
  disk: (i, device) => ({ ...i, profile: { ...i.profile, disk: { device: `/dev/sda${device}` } } }),
  stack: (i, name) => ({ ...i, profile: { ...i.profile, stacks: [{ name }] } }),
  profile: (i, profile) => ({ ...i, record: { ...i.record, profile } }),
  commit: (i, commit) => ({ ...i, record: { ...i.record, commit } }),
  'install digest': (i, installDigest) => ({ ...i, record: { ...i.record, installDigest } }),
  'configuration digest': (i, configDigest) => ({ ...i, node: { ...i.node, configDigest } }),
  image: (i, sha256) => ({ ...i, profile: { ...i.profile, image: { sha256, format: 'raw' } } }),
  'boot URL': (i, url) => ({ ...i, bootUrl: `http://10.77.0.1${url}` }),
};

describe('inventory text cannot break out of the answers', () => {
  it('whatever the values are: a RenderError, or what a shell reads back as it was', () => {
    const marker = join(aTempDir(), 'executed');
    const evil = [
      `$(touch ${marker})`,
      `'; touch ${marker}; '`,
      `\n touch ${marker}`,
      '`id`',
      'a"b',
      '\\',
      '$HOME',
    ];
    const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom(...evil));
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(POISONS)), value, (poison, text) => {
        try {
          expect(deployAnswers(poison(anImageInstall(), text)).split('\n')).toHaveLength(21);
        } catch (error) {
          expect(error).toBeInstanceOf(RenderError);
        }
      }),
      { numRuns: 500 },
    );
    for (const text of evil) {
      for (const poison of Object.values(POISONS)) {
        expect(() => deployAnswers(poison(anImageInstall(), text)), text).toThrow(RenderError);
      }
    }
    execFileSync('sh', ['-eu'], { input: deployAnswers(anImageInstall()) });
    expect(existsSync(marker)).toBe(false);
  });
});
