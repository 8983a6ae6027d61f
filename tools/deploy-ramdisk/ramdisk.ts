/** The initramfs: busybox, the programs for disks and file systems, kernel modules and the scripts of root/. */

import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type CpioEntry, cpioArchive } from '../../src/render/cpio.ts';
import { type ModuleOrder, orderModules } from './modules.ts';

const here = import.meta.dirname;

/** Packages that the ramdisk takes files from, beside the kernel's. */
export const RAMDISK_PACKAGES = [
  ...['busybox-static', 'zstd', 'fdisk', 'util-linux', 'e2fsprogs', 'xfsprogs'],
  // What their programs are linked to.
  ...['libc6', 'zlib1g', 'liblzma5', 'liblz4-1', 'libfdisk1', 'libsmartcols1', 'libblkid1', 'libuuid1'],
  ...['libreadline8|libreadline8t64', 'libtinfo6', 'libext2fs2|libext2fs2t64', 'libcom-err2|libcom-err2t64'],
  'liburcu8|liburcu8t64',
];

const LIBRARIES = 'lib/x86_64-linux-gnu';

/** Path in the ramdisk → where a package may have it. */
const PROGRAMS: Record<string, string[]> = {
  'lib64/ld-linux-x86-64.so.2': ['lib64/ld-linux-x86-64.so.2', 'usr/lib64/ld-linux-x86-64.so.2'],
  ...Object.fromEntries(
    [
      ...['bin/busybox', 'bin/zstd', 'bin/addpart', 'bin/resizepart'],
      ...['sbin/sfdisk', 'sbin/resize2fs', 'sbin/xfs_growfs'],
    ].map((path) => [path === 'bin/busybox' ? path : `usr/${path}`, [path, `usr/${path}`]]),
  ),
  ...Object.fromEntries(
    [
      ...['libc.so.6', 'libz.so.1', 'liblzma.so.5', 'liblz4.so.1'],
      ...['libfdisk.so.1', 'libsmartcols.so.1', 'libblkid.so.1', 'libuuid.so.1', 'libreadline.so.8'],
      ...['libtinfo.so.6', 'libext2fs.so.2', 'libe2p.so.2', 'libcom_err.so.2', 'liburcu.so.8'],
    ].map((name) => [`${LIBRARIES}/${name}`, [`${LIBRARIES}/${name}`, `usr/${LIBRARIES}/${name}`]]),
  ),
};

/** Scripts of the install agent that the ramdisk uses too. */
const AGENT = join(here, '../../src/agent/files');
const SHARED = ['sign.sh', 'text.sh'];

const FOLDERS = [
  ...['dev', 'etc', 'mnt', 'proc', 'run', 'sys', 'tmp', 'bin', 'usr', 'usr/bin', 'usr/sbin', 'lib', 'lib/bw'],
  ...['lib64', LIBRARIES, 'modules'],
];
const FOLDER = 0o040755;
const FILE = 0o100644;
const PROGRAM = 0o100755;
const CHARACTER_DEVICE = 0o020600;

export interface Ramdisk {
  initrd: Uint8Array;
  modules: ModuleOrder;
}

/** Takes the folder that the packages were unpacked into. The same packages give the same bytes. */
export function makeRamdisk(unpacked: string): Ramdisk {
  const list = readFileSync(join(here, 'modules.list'), 'utf8');
  const modules = orderModules(list, firstFolder(unpacked, ['lib/modules', 'usr/lib/modules']));
  const entries = new Map<string, CpioEntry>();
  const add = (path: string, mode: number, content: Uint8Array) => entries.set(path, { path, mode, content });
  for (const [path, places] of Object.entries(PROGRAMS)) {
    add(path, PROGRAM, readFileSync(firstFile(unpacked, places)));
  }
  for (const path of readdirSync(join(here, 'root'), { recursive: true, encoding: 'utf8' })) {
    const file = join(here, 'root', path);
    if (statSync(file).isFile()) add(path, path.endsWith('.sh') ? FILE : PROGRAM, readFileSync(file));
  }
  for (const name of SHARED) add(`lib/bw/${name}`, FILE, readFileSync(join(AGENT, name)));
  for (const [name, content] of modules.files) add(`modules/${name}`, FILE, content);
  add('modules/order', FILE, lines(modules.early));
  add('modules/late', FILE, lines(modules.late));
  // The kernel gives its first process this console before anything is mounted.
  entries.set('dev/console', { path: 'dev/console', mode: CHARACTER_DEVICE, device: [5, 1] });
  for (const path of FOLDERS) {
    entries.set(path, { path, mode: FOLDER });
  }
  // Sorted, so that a folder stands before what it holds.
  const sorted = [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { initrd: gzipSync(cpioArchive(sorted), { level: 9 }), modules };
}

function lines(names: readonly string[]): Uint8Array {
  return Buffer.from(names.map((name) => `${name}\n`).join(''));
}

/** Links are followed, inside the folder. */
function firstFile(unpacked: string, places: readonly string[]): string {
  for (const place of places) {
    try {
      return realpathSync(join(unpacked, place));
    } catch {
      // The next place.
    }
  }
  throw new Error(`the packages hold none of: ${places.join(', ')}`);
}

function firstFolder(unpacked: string, places: readonly string[]): string {
  const base = firstFile(unpacked, places);
  const [version] = readdirSync(base).sort();
  if (version === undefined) throw new Error(`${base} has no kernel's modules`);
  return join(base, version, 'kernel');
}
