/**
 * A small mirror of Debian 13 that the installer can install from: what `npm run test:install` serves to its machines where
 * no whole mirror can be had. Made of packages fetched with apt; installer components that no mirror in reach holds are made
 * from ordinary packages of the same version. Signed with a key that is made for it and thrown away with it.
 *
 *     node tools/partial-mirror/build.ts --out DIR [--downloads DIR]
 */

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { unpackPackages } from '../deploy-ramdisk/packages.ts';
import { type AptRoot, openAptRoot } from './apt-root.ts';
import { writeIndices } from './indices.ts';
import { fields } from './paragraphs.ts';
import { repackMissing } from './repack.ts';
import { missingNeeds, UDEBS } from './udebs.ts';

export interface PartialMirror {
  /** To be served as `/debian`: has `dists/`, `pool/` and the public key, `key.asc`. */
  directory: string;
  /** Kernel and initrd of the same version, to be booted. */
  kernel: string;
  initrd: string;
}

const SUITE = 'trixie';
const NETBOOT = 'debian-installer-13-netboot-amd64';
/** Beside the base system: a kernel, and what the installer and the profiles of the tests name. */
const PACKAGES = [
  ...[
    'linux-image-amd64',
    'initramfs-tools',
    'efibootmgr',
    'os-prober',
    'lvm2',
    'mdadm',
    'openssh-server',
    'sudo',
    'ca-certificates',
    'busybox',
  ],
  ...['console-setup', 'keyboard-configuration', 'locales', 'systemd-timesyncd', 'util-linux-extra', 'zstd'],
  ...['installation-report', 'laptop-detect', 'discover', 'eject', 'curl', 'wget', 'dosfstools', 'tree'],
];
/** Of BIOS and of UEFI: no machine has both. */
const BOOT_LOADERS = [['grub-pc'], ['grub-efi-amd64', 'grub-efi-amd64-signed', 'shim-signed']];

/** Makes the mirror, or adds what is missing. Needs what `apt-get update` needs, and no root. Takes a minute or two. */
export function buildPartialMirror(out: string, downloads: string): PartialMirror {
  const directory = join(out, 'debian');
  const [debs, udebs] = ['deb', 'udeb'].map((name) => join(directory, 'pool', name)) as [string, string];
  for (const folder of [debs, udebs, downloads]) mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'barewright-mirror-'));
  try {
    const apt = openAptRoot(join(downloads, 'apt'), SUITE);
    const installer = join(scratch, 'installer');
    const netboot = apt.download([NETBOOT], downloads);
    unpackPackages(netboot, installer);
    const image = `usr/lib/debian-installer/images/13/amd64/text/debian-installer/amd64`;
    for (const file of ['linux', 'initrd.gz']) cpSync(join(installer, image, file), join(out, file));
    const initrd = unpackInitrd(join(out, 'initrd.gz'), join(scratch, 'initrd'));

    const common = [...basePackages(apt), ...PACKAGES];
    for (const loader of BOOT_LOADERS) copyPackages(apt.downloadClosure([...common, ...loader]), debs);
    const lacking = UDEBS.filter((name) => {
      const files = apt.tryDownload(name, downloads);
      copyPackages(files, udebs);
      return files.length === 0;
    });
    const made = repackMissing({ lacking, debs, udebs, initrd, scratch });
    say(`${made.length} components made from ordinary packages: ${made.join(' ')}`);
    const unmet = missingNeeds(udebs, initrd);
    if (unmet.length > 0) throw new Error(`components that nothing provides: ${unmet.join(' ')}`);
    writeIndices(directory, SUITE, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return { directory, kernel: join(out, 'linux'), initrd: join(out, 'initrd.gz') };
}

/** What debootstrap takes: all that is required or important. */
function basePackages(apt: AptRoot): string[] {
  return fields(apt.packages(), ['Package', 'Priority'])
    .filter(([, priority]) => priority === 'required' || priority === 'important')
    .map(([name = '']) => name);
}

/** apt writes the colon of an epoch as %3a; a pool leaves the epoch out. */
function copyPackages(files: readonly string[], into: string): void {
  for (const file of files) {
    const name = file.slice(file.lastIndexOf('/') + 1).replace(/_\d+%3a/, '_');
    if (!existsSync(join(into, name))) cpSync(file, join(into, name));
  }
}

function unpackInitrd(file: string, into: string): string {
  mkdirSync(into, { recursive: true });
  // Device nodes are not wanted, and cannot be made without root.
  const command =
    'gzip -dc "$0" | cpio --extract --quiet --make-directories --no-absolute-filenames "[!d]*" "dev"';
  execFileSync('sh', ['-c', command, file], { cwd: into, stdio: ['ignore', 'ignore', 'pipe'] });
  if (!readdirSync(into).includes('init')) throw new Error(`${file} holds no system`);
  return into;
}

function say(text: string): void {
  console.error(`partial mirror: ${text}`);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: 'string' }, downloads: { type: 'string' } } });
  if (values.out === undefined) {
    console.error('usage: build.ts --out DIR [--downloads DIR]');
    process.exit(2);
  }
  const out = resolve(values.out);
  const made = buildPartialMirror(out, resolve(values.downloads ?? join(out, 'downloads')));
  const key = readFileSync(join(made.directory, 'key.asc'), 'utf8');
  console.log(JSON.stringify({ ...made, keyBytes: key.length }, null, 2));
}
