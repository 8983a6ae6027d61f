import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aDeployment } from './a-deployment.ts';
import { aDisk } from './a-guest.ts';
import { anImageWithRoot, QUIET, rootOf } from './a-root.ts';
import { expectNothingToBoot, one } from './disks.ts';

const LONG = 400_000;

function expectSoundTable(disk: string): void {
  const said = execFileSync('sfdisk', ['--verify', disk], { encoding: 'utf8', stdio: 'pipe' });
  expect(said).toContain('No errors detected');
}

describe('the root of an image', () => {
  it(
    'grows to the disk, with the copy of the GPT at its end, and becomes this machine’s own',
    async () => {
      const image = anImageWithRoot({
        table: 'gpt',
        files: {
          'etc/hostname': 'the-image\n',
          'etc/hosts': '127.0.0.1\tlocalhost\n127.0.1.1\tthe-image\n',
          'etc/machine-id': 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n',
          'etc/ssh/ssh_host_ed25519_key': 'the key of all machines\n',
          'etc/ssh/sshd_config': 'UsePAM yes\n',
          'var/lib/systemd/random-seed': 'the same everywhere\n',
        },
        links: {
          'etc/systemd/system/multi-user.target.wants/systemd-networkd.service':
            '/usr/lib/systemd/system/systemd-networkd.service',
        },
      });
      const disk = aDisk(64);
      const { restarted, heard } = await aDeployment({
        image: { content: gzipSync(image) },
        disks: one(disk),
      });
      await restarted();
      expect(heard.at(-1)).toBe('complete: ');

      expectSoundTable(disk);
      const root = rootOf(disk);
      expect(root.spare).toBe(0);
      const header = execFileSync('dumpe2fs', ['-h', root.file], { encoding: 'utf8', stdio: 'pipe' });
      expect(Number(/^Block count: +(\d+)$/m.exec(header)?.[1])).toBeGreaterThan(61 * 1024);
      execFileSync('e2fsck', ['-fn', root.file], QUIET);

      expect(root.read('/etc/hostname')).toBe('n1\n');
      expect(root.read('/etc/hosts')).toBe('127.0.0.1\tlocalhost\n127.0.1.1 n1.example.org n1\n');
      expect(root.read('/etc/machine-id')).toBe('');
      expect(root.names('/etc/ssh').filter((name) => name.startsWith('ssh'))).toEqual(['sshd_config']);
      expect(root.names('/var/lib/systemd')).not.toContain('random-seed');
      expect(root.read('/etc/systemd/network/20-eno1.network')).toContain('[Match]\nName=eno1\n');
      expect(root.read('/etc/barewright/record')).toContain(
        "BW_INSTALL_ID='0123456789abcdef0123456789abcdef'\n",
      );
      expect(root.read('/etc/barewright/record')).not.toContain('TOKEN');
      for (const name of ['record', 'key']) {
        expect(root.stat(`/etc/barewright/${name}`)).toMatch(/Mode: {2}0600/);
      }
      expect(root.stat('/usr/local/lib/barewright/agent')).toMatch(/Mode: {2}0755/);
      expect(root.stat('/etc/systemd/system/timers.target.wants/barewright-agent.timer')).toContain(
        'Fast link dest: "/etc/systemd/system/barewright-agent.timer"',
      );
    },
    LONG,
  );

  it(
    'grows in a table of the old kind too',
    async () => {
      const disk = aDisk(48);
      const content = gzipSync(anImageWithRoot({ table: 'dos' }));
      const { guest, restarted } = await aDeployment({ image: { content }, disks: one(disk) });
      await restarted();
      expectSoundTable(disk);
      const root = rootOf(disk);
      expect(root.spare).toBe(0);
      execFileSync('e2fsck', ['-fn', root.file], QUIET);
      expect(root.read('/etc/hostname')).toBe('n1\n');

      expect(guest.console()).toContain('the image does not use systemd-networkd');
      expect(root.names('/etc/systemd')).not.toContain('network');
    },
    LONG,
  );

  it(
    'grows where it is XFS',
    async () => {
      const disk = aDisk(96);
      const content = gzipSync(anImageWithRoot({ table: 'gpt', type: 'xfs', mebibytes: 32 }));
      const { restarted } = await aDeployment({ image: { content }, disks: one(disk) });
      await restarted();
      const root = rootOf(disk);
      expect(root.spare).toBe(0);
      execFileSync('xfs_repair', ['-n', root.file], QUIET);
      const blocks = execFileSync('xfs_db', ['-r', '-c', 'sb 0', '-c', 'p dblocks', root.file], {
        encoding: 'utf8',
      });
      expect(Number(/dblocks = (\d+)/.exec(blocks)?.[1]) / 256).toBeGreaterThan(90);
    },
    LONG,
  );

  it(
    'stays as it is where the profile says so',
    async () => {
      const disk = aDisk(64);
      const image = anImageWithRoot({ table: 'gpt' });
      const { restarted } = await aDeployment({
        image: { content: gzipSync(image) },
        disks: one(disk),
        profile: { disk: { grow: false } },
      });
      await restarted();
      expect(rootOf(disk).spare).toBe(64 - 2 - 16);
      expect(
        readFileSync(disk)
          .subarray(0, 1 << 20)
          .equals(image.subarray(0, 1 << 20)),
      ).toBe(true);
    },
    LONG,
  );
});

describe('promise 7: what cannot be made this machine’s own does not boot', () => {
  it.each([
    ['without a root', () => Buffer.alloc(4 << 20, 7), 'the image has no place for the install record'],
    [
      'without useradd',
      () => anImageWithRoot({ table: 'dos' }),
      'the image cannot be given users: it has no useradd',
    ],
  ])(
    'an image %s',
    async (_, make, why) => {
      const disk = aDisk(32);
      const { told, heard } = await aDeployment({
        image: { content: gzipSync(make()) },
        disks: one(disk),
        profile: { users: [{ name: 'ops' }] },
      });
      await told(/at rest/);
      expect(heard.at(-1)).toContain(`failed: ${why}`);
      expectNothingToBoot(disk);
    },
    LONG,
  );
});
