/** The system programs that tests use, and how to get them: Debian package, and a program that proves it is there. */

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { INSTALL, METAL, RAMDISK } from './stages.ts';

export interface SystemPackage {
  name: string;
  /** On the path; or, for a package without one, a file of it. */
  program: string;
  /** Test files that cannot run without it, as vitest globs. */
  tests: string[];
}

/** A real dnsmasq with real clients, likewise. */
const DHCP = ['test/dhcp/**', 'test/daemon/dhcp.test.ts'];
/** A real sshd on loopback. */
const SSH = ['test/daemon/ssh-check.test.ts', 'test/promises/review.test.ts'];
/** Files encrypted to age keys. */
const SOPS = ['test/sops/**', 'test/daemon/sops-files.test.ts', 'test/promises/sops.test.ts'];
/** Commits signed for real. */
const SIGNED = [
  ...[
    'test/git/signatures.test.ts',
    'test/promises/signed.test.ts',
    'test/daemon/signed-history.test.ts',
    'test/daemon/trailers.test.ts',
  ],
];
/** Scripts of installed systems, with the shells and the systemd they run under. */
const AGENT = 'test/agent/**';
/** A real registry, and an independent client of it. */
const REGISTRY = [
  'test/build/**',
  ...['test/registry/**', 'test/own-registry/**', 'test/netboot/oci.test.ts'],
  ...['test/daemon/images/**', 'test/daemon/own-registry/**'],
];
/** Real builders of images. */
const BUILD = 'test/build/**';
/** A real Docker Engine, as nodes have it. */
const OWN_DOCKER = 'test/own-registry/docker.test.ts';
/** Tests that make network namespaces, or mount disks. */
export const NEEDS_ROOT: string[] = [
  ...[METAL, INSTALL, 'test/dhcp/**', 'test/registry/full-disk.test.ts', OWN_DOCKER, BUILD],
];

export const SYSTEM_PACKAGES: readonly SystemPackage[] = [
  {
    name: 'git',
    program: 'git',
    tests: ['test/git/**', 'test/daemon/**', 'test/cli/**', 'test/promises/**'],
  },
  { name: 'ipmitool', program: 'ipmitool', tests: ['test/drivers/**', 'test/lab/**', METAL] },
  { name: 'freeipmi-tools', program: 'ipmipower', tests: ['test/drivers/**', 'test/lab/**'] },
  { name: 'openipmi', program: 'ipmi_sim', tests: ['test/drivers/**'] },
  { name: 'iproute2', program: 'ip', tests: [INSTALL, METAL, OWN_DOCKER, ...DHCP] },
  { name: 'qemu-system-x86', program: 'qemu-system-x86_64', tests: [INSTALL, METAL, RAMDISK] },
  { name: 'ovmf', program: '/usr/share/OVMF/OVMF_CODE_4M.fd', tests: [INSTALL, METAL, RAMDISK] },
  { name: 'ipxe', program: '/usr/lib/ipxe/snponly.efi', tests: [INSTALL, METAL] },
  { name: 'ipxe-qemu', program: '/usr/lib/ipxe/qemu/efi-virtio.rom', tests: [INSTALL, METAL] },
  { name: 'dnsmasq-base', program: 'dnsmasq', tests: [INSTALL, METAL, ...DHCP, 'test/render/dnsmasq/**'] },
  { name: 'busybox-static', program: 'busybox', tests: [RAMDISK, AGENT, BUILD, ...DHCP] },
  { name: 'dosfstools', program: 'mkfs.vfat', tests: [METAL, RAMDISK] },
  { name: 'mtools', program: 'mcopy', tests: [METAL, RAMDISK] },
  {
    name: 'grub-common',
    program: 'grub-mkimage',
    tests: [INSTALL, METAL, RAMDISK, 'test/render/grub-script.test.ts'],
  },
  {
    name: 'grub-efi-amd64-bin',
    program: '/usr/lib/grub/x86_64-efi/echo.mod',
    tests: [INSTALL, METAL, RAMDISK],
  },
  { name: 'shim-signed', program: '/usr/lib/shim/shimx64.efi.signed', tests: [METAL] },
  {
    name: 'grub-efi-amd64-signed',
    program: '/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed',
    tests: [METAL],
  },
  { name: 'syslinux', program: 'syslinux', tests: [METAL, RAMDISK] },
  { name: 'syslinux-common', program: '/usr/lib/syslinux/mbr/mbr.bin', tests: [METAL, RAMDISK] },
  { name: 'e2fsprogs', program: '/sbin/debugfs', tests: [RAMDISK, METAL] },
  { name: 'xfsprogs', program: '/sbin/mkfs.xfs', tests: [RAMDISK] },
  { name: 'fdisk', program: '/sbin/sfdisk', tests: [RAMDISK, METAL] },
  { name: 'zstd', program: 'zstd', tests: [METAL] },
  { name: 'mmdebstrap', program: 'mmdebstrap', tests: [METAL] },
  { name: 'openssh-client', program: 'ssh-keygen', tests: [INSTALL, METAL, ...SSH, ...SIGNED] },
  {
    name: 'docker-registry',
    program: 'docker-registry',
    tests: [...REGISTRY, 'test/source/systemd-unit.test.ts'],
  },
  { name: 'docker.io', program: '/usr/sbin/dockerd', tests: [OWN_DOCKER, BUILD] },
  { name: 'buildah', program: 'buildah', tests: [BUILD] },
  { name: 'skopeo', program: 'skopeo', tests: REGISTRY },
  {
    name: 'openssl',
    program: 'openssl',
    tests: [
      ...REGISTRY,
      'test/review/**',
      'test/serve/hooks/**',
      'test/journal/redis-refused.test.ts',
      'test/channels/**',
    ],
  },
  { name: 'dash', program: 'dash', tests: [AGENT] },
  { name: 'curl', program: 'curl', tests: [AGENT, 'test/serve/tftp/**', 'test/serve/hooks/**'] },
  { name: 'wget', program: 'wget', tests: [AGENT] },
  { name: 'systemd', program: 'systemd-analyze', tests: [AGENT, 'test/source/systemd-unit.test.ts'] },
  { name: 'shellcheck', program: 'shellcheck', tests: [AGENT, 'test/installers/**'] },
  { name: 'qemu-utils', program: 'qemu-img', tests: ['test/netboot/**', RAMDISK] },
  { name: 'prometheus', program: 'promtool', tests: ['test/daemon/metrics.test.ts'] },
  {
    name: 'prometheus-alertmanager',
    program: 'prometheus-alertmanager',
    tests: ['test/channels/alertmanager.test.ts'],
  },
  { name: 'python3-aiosmtpd', program: 'aiosmtpd', tests: ['test/channels/email.test.ts'] },
  { name: 'nginx-light', program: '/usr/sbin/nginx', tests: ['test/netboot/offload.test.ts'] },
  {
    name: 'redis-server',
    program: 'redis-server',
    tests: ['test/journal/redis*.test.ts', 'test/daemon/redis-store.test.ts'],
  },
  { name: 'mmdebstrap', program: 'mmdebstrap', tests: [METAL] },
  { name: 'slirp4netns', program: 'slirp4netns', tests: [METAL] },
  { name: 'openssh-server', program: '/usr/sbin/sshd', tests: SSH },
  { name: 'gpg', program: 'gpg', tests: ['test/netboot/signature.test.ts', INSTALL, ...SIGNED] },
  { name: 'age', program: 'age-keygen', tests: SOPS },
  { name: 'gpgv', program: 'gpgv', tests: ['test/netboot/signature.test.ts'] },
  { name: 'cpio', program: 'cpio', tests: ['test/installers/**', INSTALL] },
  { name: 'dpkg-dev', program: 'dpkg-scanpackages', tests: [INSTALL] },
  { name: 'apt-utils', program: 'apt-ftparchive', tests: [INSTALL] },
  { name: 'chromium', program: 'chromium', tests: ['test/serve/page-browser.test.ts'] },
];

export function missingPackages(path: string): SystemPackage[] {
  return SYSTEM_PACKAGES.filter(({ program }) => !isThere(program, path));
}

function isThere(program: string, path: string): boolean {
  if (isAbsolute(program)) return existsSync(program);
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Installs with apt as root, or through sudo where it asks for no password. Returns whether it worked. */
export function install(packages: readonly SystemPackage[]): boolean {
  console.error(`Setting up: installing ${packages.map(({ name }) => name).join(' ')} …`);
  return (
    apt('update') && apt('install', '-y', '--no-install-recommends', ...packages.map(({ name }) => name))
  );
}

/**
 * The ramdisk and the images are made of packages that apt downloads, so it needs its lists; a container often comes without.
 * Returns which tests are left out where they cannot be had, and why.
 */
export function bringLists(): [why: string, tests: string[]][] {
  const isKnown = () =>
    /Candidate: \d/.test(spawnSync('apt-cache', ['policy', KERNEL], { encoding: 'utf8' }).stdout ?? '');
  if (isKnown() || (apt('update') && isKnown())) return [];
  return [[`apt knows no package ${KERNEL}: apt-get update, on Debian, as root.`, [RAMDISK, METAL]]];
}

const KERNEL = 'linux-image-cloud-amd64';

function apt(...args: string[]): boolean {
  const prefix = rootPrefix();
  if (!prefix || !existsSync('/usr/bin/apt-get')) return false;
  const command = [...prefix, 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=120', ...args];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command[0] ?? '', command.slice(1), { stdio: ['ignore', 2, 2], env }).status === 0;
}

function rootPrefix(): string[] | null {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : null;
}

/** The line a person runs to get them. */
export function aptLine(packages: readonly SystemPackage[]): string {
  return `sudo apt-get install --no-install-recommends ${packages.map(({ name }) => name).join(' ')}`;
}
