/** Installer components made from ordinary packages of the same version, for those that no mirror in reach holds. */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { orderModules } from '../deploy-ramdisk/modules.ts';
import { unpackPackages } from '../deploy-ramdisk/packages.ts';

interface Ports {
  /** Names of components that could not be fetched. */
  lacking: readonly string[];
  /** Where the ordinary packages are, and where components go. */
  debs: string;
  udebs: string;
  /** The installer's unpacked initrd. */
  initrd: string;
  scratch: string;
}

interface Component {
  name: string;
  version: string;
  depends?: string;
  provides?: string;
  kernel?: string;
}

/** Kernel modules by component: those that these needs bring in come with them. */
const MODULES: Record<string, { provides: string; modules: readonly string[] }> = {
  'ext4-modules': { provides: 'ext4-modules, ext3-modules, ext2-modules', modules: ['ext4'] },
  'scsi-modules': {
    provides: 'scsi-modules, ata-modules, sata-modules, nvme-modules',
    modules: ['virtio_blk', 'virtio_scsi', 'ahci', 'nvme', 'sd_mod'],
  },
  'efi-modules': { provides: 'efi-modules', modules: ['efivarfs'] },
  'loop-modules': { provides: 'loop-modules', modules: ['loop'] },
  'md-modules': {
    provides: 'md-modules',
    modules: ['dm-mod', 'md-mod', 'raid1', 'dm-mirror', 'dm-snapshot'],
  },
};

/** Returns the names of what was made. Throws for a component that there is no recipe for. */
export function repackMissing(ports: Ports): string[] {
  const kernel = kernelOf(ports.debs);
  const unpacked = join(ports.scratch, 'kernel');
  unpackPackages([kernel.file], unpacked);
  const home = `usr/lib/modules/${kernel.release}`;
  const there = new Set(
    readdirSync(join(ports.initrd, home), { recursive: true, encoding: 'utf8' }).map(moduleName),
  );
  const modules = Object.entries(MODULES).map(([name, { provides, modules }]) => {
    const root = stage(ports, name);
    const into = join(root, home, 'kernel/extra');
    mkdirSync(into, { recursive: true });
    for (const [file, content] of orderModules(modules.join('\n'), join(unpacked, home)).files) {
      if (there.has(moduleName(file))) continue;
      there.add(moduleName(file));
      writeFileSync(join(into, file), content);
    }
    return pack(ports, root, {
      ...{ name: `${name}-${kernel.release}-di`, version: kernel.version, provides, kernel: kernel.release },
    });
  });
  const others = ports.lacking.map((name) => {
    if (name === 'e2fsprogs-udeb') return e2fsprogs(ports);
    // Of no use here, but others insist on them.
    if (HOLLOW.has(name)) return pack(ports, stage(ports, name), { name, version: '9' });
    if (UNUSED.has(name)) return '';
    throw new Error(`no mirror has ${name}, and it cannot be made from ordinary packages`);
  });
  return [...modules, ...others].filter((name) => name !== '');
}

function moduleName(path: string): string {
  return basename(path)
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');
}

const HOLLOW: ReadonlySet<string> = new Set([
  'ntfs-3g-udeb',
  'grub-mount-udeb',
  'fuse3-udeb',
  'libfuse3-4-udeb',
]);
/** Of other versions of the release: `missingNeeds` says whether they were needed after all. */
const UNUSED: ReadonlySet<string> = new Set(['libaio1-udeb', 'dmsetup-udeb']);

function kernelOf(debs: string): { file: string; release: string; version: string } {
  const name = readdirSync(debs).find((file) => /^linux-image-\d.*_amd64\.deb$/.test(file));
  const [, release, version] = /^linux-image-(\S+?)_(\S+?)_amd64\.deb$/.exec(name ?? '') ?? [];
  if (name === undefined || release === undefined || version === undefined)
    throw new Error('no kernel was fetched');
  return { file: join(debs, name), release, version };
}

function e2fsprogs(ports: Ports): string {
  const names = ['e2fsprogs', 'libext2fs2t64', 'libcom-err2', 'libss2'];
  const files = names.map((name) => debOf(ports.debs, name));
  const from = join(ports.scratch, 'e2fsprogs');
  unpackPackages(files, from);
  const root = stage(ports, 'e2fsprogs-udeb');
  const sbin = join(root, 'usr/sbin');
  mkdirSync(sbin, { recursive: true });
  for (const name of ['mke2fs', 'e2fsck', 'badblocks', 'tune2fs', 'resize2fs'])
    cpSync(findFile(from, name), join(sbin, name));
  for (const kind of ['ext2', 'ext3', 'ext4']) {
    symlinkSync('mke2fs', join(sbin, `mkfs.${kind}`));
    symlinkSync('e2fsck', join(sbin, `fsck.${kind}`));
  }
  const lib = join(root, 'usr/lib/x86_64-linux-gnu');
  mkdirSync(lib, { recursive: true });
  execFileSync('sh', ['-c', 'cp -P "$0"/usr/lib/x86_64-linux-gnu/lib*.so.* "$1"/', from, lib]);
  mkdirSync(join(root, 'etc'));
  cpSync(join(from, 'etc/mke2fs.conf'), join(root, 'etc/mke2fs.conf'));
  const version = /_(\S+?)_amd64/.exec(basename(files[0] ?? ''))?.[1] ?? '1';
  const depends = 'libblkid1-udeb, libc6-udeb, libuuid1-udeb';
  return pack(ports, root, { name: 'e2fsprogs-udeb', version, depends });
}

function debOf(debs: string, name: string): string {
  const found = readdirSync(debs).find((file) => file.startsWith(`${name}_`));
  if (found === undefined) throw new Error(`${name} was not fetched`);
  return join(debs, found);
}

function findFile(root: string, name: string): string {
  const found = readdirSync(root, { recursive: true, withFileTypes: true }).find(
    (entry) => entry.isFile() && entry.name === name,
  );
  if (!found) throw new Error(`there is no ${name} in ${root}`);
  return join(found.parentPath, name);
}

function stage({ scratch }: Ports, name: string): string {
  const root = join(scratch, 'components', name);
  mkdirSync(join(root, 'DEBIAN'), { recursive: true });
  return root;
}

function pack(
  { udebs }: Ports,
  root: string,
  { name, version, depends, provides, kernel }: Component,
): string {
  const lines = [
    ...[
      `Package: ${name}`,
      `Version: ${version}`,
      'Architecture: amd64',
      'Section: debian-installer',
      'Priority: standard',
    ],
    'Maintainer: barewright <barewright@localhost>',
    ...(depends ? [`Depends: ${depends}`] : []),
    ...(provides ? [`Provides: ${provides}`] : []),
    ...(kernel ? [`Kernel-Version: ${kernel}`] : []),
    `Description: ${name}, made from ordinary packages`,
  ];
  writeFileSync(join(root, 'DEBIAN/control'), `${lines.join('\n')}\n`);
  const file = join(udebs, `${name}_${version.replace(/^\d+:/, '')}_amd64.udeb`);
  rmSync(file, { force: true });
  execFileSync('dpkg-deb', ['-Zxz', '--root-owner-group', '--build', root, file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return name;
}
