/** The installer's components that an unattended install on disk, LVM or RAID takes, BIOS or UEFI. */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alternatives, type Paragraph, paragraphs } from './paragraphs.ts';

export const UDEBS: readonly string[] = [
  ...[
    'apt-mirror-setup',
    'apt-setup-udeb',
    'base-installer',
    'bootstrap-base',
    'clock-setup',
    'debootstrap-udeb',
  ],
  ...[
    'di-utils-mapdevfs',
    'disk-detect',
    'dmidecode-udeb',
    'dosfstools-udeb',
    'finish-install',
    'grub-installer',
  ],
  ...[
    'libaio1-udeb',
    'libdevmapper1.02.1-udeb',
    'dmsetup-udeb',
    'libparted-fs-resize0-udeb',
    'libparted2-udeb',
  ],
  ...[
    'lvm2-udeb',
    'mdadm-udeb',
    'nobootloader',
    'os-prober-udeb',
    'partman-auto',
    'partman-auto-lvm',
    'partman-auto-raid',
  ],
  ...[
    'partman-base',
    'partman-basicfilesystems',
    'partman-basicmethods',
    'partman-efi',
    'partman-ext3',
    'partman-lvm',
  ],
  ...[
    'partman-md',
    'partman-partitioning',
    'partman-target',
    'partman-utils',
    'pkgsel',
    'rdate-udeb',
    'save-logs',
  ],
  ...[
    'libbsd0-udeb',
    'libmd0-udeb',
    'tzsetup-udeb',
    'user-setup-udeb',
    'e2fsprogs-udeb',
    'fuse3-udeb',
    'libfuse3-4-udeb',
  ],
  ...['grub-mount-udeb', 'ntfs-3g-udeb'],
];

/** What components in the folder depend on, and neither another one nor the initrd provides. */
export function missingNeeds(folder: string, initrd: string): string[] {
  const there = paragraphs(readFileSync(join(initrd, 'var/lib/dpkg/status'), 'utf8'));
  const ours = readdirSync(folder)
    .filter((file) => file.endsWith('.udeb'))
    .map((file) => control(join(folder, file)));
  const provided = new Set([...there, ...ours].flatMap(provides));
  const needed = ours.flatMap((one) => alternatives(one.get('Depends') ?? ''));
  const unmet = needed.filter((names) => !names.some((name) => provided.has(name) || !isComponent(name)));
  return [...new Set(unmet.map(([name = '']) => name))].sort();
}

/** The others are states that the installer's steps reach (`mounted-partitions`). */
function isComponent(name: string): boolean {
  return /-(udeb|modules)$/.test(name);
}

function provides(one: Paragraph): string[] {
  return [one.get('Package') ?? '', ...alternatives(one.get('Provides') ?? '').flat()];
}

function control(file: string): Paragraph {
  const text = execFileSync('dpkg-deb', ['--field', file], { encoding: 'utf8' });
  return paragraphs(text)[0] ?? new Map();
}
