/**
 * A bootable disk image of a minimal Debian, made by mmdebstrap from the machine's own apt sources: GPT with an EFI system
 * partition (syslinux for BIOS, GRUB for UEFI, kernel and initrd) and a root on ext4. Without loop devices or mounts; as
 * root, because mmdebstrap wants to be, or in a user namespace where there are any.
 */

import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BuiltFile, builtFile, digestOfInputs, unlessBuilt } from './built-file.ts';
import { grubEfi, run } from './programs.ts';

export interface DebianImageOptions {
  /** The image's file: `raw.zst`. */
  file: string;
  /** Default: what the machine itself runs. */
  suite?: string;
  /** Packages beside those that every image has. */
  packages?: readonly string[];
}

const MIB = 1 << 20;
const SECTOR = 512;
const ESP = { startMib: 1, sizeMib: 80 };
/** Room in the root beside what is in it; the install gives it the rest of the disk. */
const SPARE_MIB = 64;
const PACKAGES = [
  ...['linux-image-cloud-amd64', 'systemd-sysv', 'udev', 'dbus', 'openssh-server', 'sudo', 'iproute2'],
  ...['ca-certificates', 'curl', 'zstd'],
];
const SCRIPTS = ['debian-image.ts', 'programs.ts'];
const COMMAND_LINE = 'root=LABEL=bw-root ro console=tty0 console=ttyS0 quiet';
const GPTMBR = '/usr/lib/syslinux/mbr/gptmbr.bin';

/** Throws what a program that it runs says. Takes a minute of CPU; what was built before from the same packages is kept. */
export function makeDebianImage({ file, suite = ownSuite(), packages = [] }: DebianImageOptions): BuiltFile {
  const all = [...PACKAGES, ...packages];
  const versions = execFileSync('apt-cache', ['policy', ...all], { encoding: 'utf8' }).match(
    /Candidate: .*/g,
  );
  return unlessBuilt(`${file}.json`, digestOfInputs(SCRIPTS, [suite, all, versions]), () =>
    make(file, suite, all),
  );
}

function make(file: string, suite: string, packages: readonly string[]): BuiltFile {
  const scratch = mkdtempSync(join(tmpdir(), 'barewright-debian-'));
  try {
    const root = join(scratch, 'root');
    debootstrap(root, suite, packages);
    configure(root);
    const esp = join(scratch, 'esp.img');
    makeEsp(esp, root, scratch);
    const disk = join(scratch, 'disk.img');
    assemble(disk, esp, root, scratch);
    mkdirSync(join(file, '..'), { recursive: true });
    run('zstd', '-q', '-f', '-3', '-T0', disk, '-o', file);
    return builtFile(file);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function debootstrap(root: string, suite: string, packages: readonly string[]): void {
  const none = ['doc', 'man', 'locale', 'info'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
  const initramfs = 'COMPRESS=zstd\\nCOMPRESSLEVEL=1\\n';
  run(
    'mmdebstrap',
    ...['--quiet', '--variant=minbase', '--format=directory', '--dpkgopt=force-unsafe-io', ...none],
    '--aptopt=Acquire::Languages "none"',
    `--essential-hook=mkdir -p "$1/etc/initramfs-tools/conf.d" && printf '${initramfs}' >"$1/etc/initramfs-tools/conf.d/barewright"`,
    `--include=${packages.join(',')}`,
    suite,
    root,
    ...aptSources(),
  );
}

/** The machine's own sources of Debian, whatever mirror they name, for mmdebstrap; none where it has its own default. */
export function aptSources(): string[] {
  const places = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'];
  return places.filter((file) => existsSync(file)).slice(0, 1);
}

/** Addresses by DHCP on every card, until an install says otherwise. */
function configure(root: string): void {
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('etc/fstab', 'LABEL=bw-root / ext4 errors=remount-ro 0 1\n');
  write('etc/systemd/network/90-dhcp.network', '[Match]\nType=ether\n\n[Network]\nDHCP=yes\n');
  run('chroot', root, 'systemctl', 'enable', '--quiet', 'systemd-networkd.service');
  run('chroot', root, 'systemctl', 'mask', '--quiet', 'systemd-networkd-wait-online.service');
  for (const name of readdirSync(join(root, 'etc/ssh'))) {
    if (name.startsWith('ssh_host_')) rmSync(join(root, 'etc/ssh', name));
  }
  writeFileSync(join(root, 'etc/machine-id'), '');
}

function makeEsp(esp: string, root: string, scratch: string): void {
  const kernel = newest(join(root, 'boot'), 'vmlinuz-');
  const initrd = newest(join(root, 'boot'), 'initrd.img-');
  const append = `APPEND initrd=/initrd.img ${COMMAND_LINE}`;
  writeFileSync(
    join(scratch, 'syslinux.cfg'),
    `DEFAULT debian\nPROMPT 0\nLABEL debian\n KERNEL /vmlinuz\n ${append}\n`,
  );
  const config = `linux ($root)/vmlinuz ${COMMAND_LINE}\ninitrd ($root)/initrd.img\nboot\n`;
  writeFileSync(esp, new Uint8Array(ESP.sizeMib * MIB));
  run('mkfs.vfat', '-F', '32', '-h', `${(ESP.startMib * MIB) / SECTOR}`, '-n', 'BW-ESP', esp);
  run('mmd', '-i', esp, '::/EFI', '::/EFI/BOOT');
  const copies = {
    '/EFI/BOOT/BOOTX64.EFI': grubEfi(scratch, config, ['part_gpt', 'fat']),
    '/vmlinuz': kernel,
    '/initrd.img': initrd,
    '/syslinux.cfg': join(scratch, 'syslinux.cfg'),
  };
  for (const [to, from] of Object.entries(copies)) run('mcopy', '-i', esp, from, `::${to}`);
  run('syslinux', '--install', esp);
  // They are not needed twice.
  rmSync(initrd);
  rmSync(kernel);
}

function assemble(disk: string, esp: string, root: string, scratch: string): void {
  const partition = join(scratch, 'root.img');
  const used = Number(/^\d+/.exec(run('du', '-sm', '--apparent-size', root))?.[0]);
  const rootMib = Math.ceil(used * 1.15) + SPARE_MIB;
  const rootStart = ESP.startMib + ESP.sizeMib;
  run('mke2fs', '-q', '-t', 'ext4', '-L', 'bw-root', '-d', root, partition, `${rootMib}M`);
  run('truncate', '-s', `${rootStart + rootMib + 1}M`, disk);
  const table = `label: gpt
start=${ESP.startMib}MiB, size=${ESP.sizeMib}MiB, type=U, attrs=LegacyBIOSBootable
start=${rootStart}MiB, size=${rootMib}MiB, type=L
`;
  execFileSync('sfdisk', ['--quiet', disk], { input: table, stdio: ['pipe', 'ignore', 'pipe'] });
  const dd = (from: string, ...more: string[]) =>
    run('dd', `if=${from}`, `of=${disk}`, 'conv=notrunc,sparse', 'status=none', ...more);
  dd(GPTMBR, 'bs=440', 'count=1');
  dd(esp, 'bs=1M', `seek=${ESP.startMib}`);
  dd(partition, 'bs=1M', `seek=${rootStart}`);
}

function newest(folder: string, prefix: string): string {
  const name = readdirSync(folder)
    .filter((candidate) => candidate.startsWith(prefix))
    .sort()
    .at(-1);
  if (name === undefined) throw new Error(`${folder} holds no ${prefix}*`);
  return join(folder, name);
}

/** The suite that the machine's own packages come from. */
export function ownSuite(): string {
  const name = /^VERSION_CODENAME="?(\w+)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  if (name === undefined) throw new Error('/etc/os-release names no suite; say which with --suite');
  return name;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      suite: { type: 'string' },
      package: { type: 'string', multiple: true },
    },
  });
  const { out, suite, package: packages = [] } = values;
  if (out === undefined) {
    console.error('usage: debian-image.ts --out FILE.img.zst [--suite NAME] [--package NAME]…');
    process.exit(2);
  }
  const built = makeDebianImage({ file: resolve(out), packages, ...(suite === undefined ? {} : { suite }) });
  console.log(JSON.stringify(built, null, 2));
}
