/** Disk images with a root file system of their own, and what is in it after an install. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { aTempDir } from '../builders/temp-dir.ts';
import { aDisk } from './a-guest.ts';

const SECTOR = 512;
const MIB = 1 << 20;

/** Where the root begins; a small partition lies before it. */
const ROOT_SECTOR = 4096;

export interface RootOptions {
  table: 'gpt' | 'dos';
  type?: 'ext4' | 'xfs';
  /** Path → content. `os-release` is in it always. */
  files?: Record<string, string>;
  /** Path → what it links to; ext4 only. */
  links?: Record<string, string>;
  mebibytes?: number;
}

/** A raw image: a partition of 1 MiB, and behind it the root. */
export function anImageWithRoot(options: RootOptions): Buffer {
  const { table, type = 'ext4', files = {}, links = {}, mebibytes = 16 } = options;
  const folder = aTempDir();
  for (const [path, content] of Object.entries({ 'etc/os-release': 'ID=test\n', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(target, join(folder, path));
  }
  const partition = join(aTempDir(), 'root.img');
  if (type === 'ext4') {
    execFileSync('mke2fs', ['-q', '-t', 'ext4', '-d', folder, partition, `${mebibytes}M`], QUIET);
  } else {
    execFileSync('truncate', ['-s', `${mebibytes}M`, partition]);
    const prototype = join(aTempDir(), 'prototype');
    writeFileSync(
      prototype,
      `/x\n0 0\nd--755 0 0\netc d--755 0 0\nos-release ---644 0 0 ${folder}/etc/os-release\n$\n$\n`,
    );
    // Without what its own tests set, it makes none below 300 MB.
    const env = { ...process.env, TEST_DIR: '/none', TEST_DEV: '/none', QA_CHECK_FS: '1' };
    execFileSync('mkfs.xfs', ['-q', '-p', prototype, partition], { ...QUIET, env });
  }
  const file = aDisk(2 + mebibytes + 1);
  const parts = `label: ${table}\nstart=2048, size=2048\nstart=${ROOT_SECTOR}, size=${mebibytes * 2048}\n`;
  execFileSync('sfdisk', ['--quiet', file], { input: parts, stdio: 'pipe' });
  const image = readFileSync(file);
  readFileSync(partition).copy(image, ROOT_SECTOR * SECTOR);
  return image;
}

/** The root of a disk that was installed, as a file of its own. */
export function rootOf(disk: string) {
  const dump = execFileSync('sfdisk', ['--dump', disk], { encoding: 'utf8', stdio: 'pipe' });
  const [, start, size] = /2 : start= *(\d+), size= *(\d+)/.exec(dump)?.map(Number) ?? [];
  if (start !== ROOT_SECTOR || size === undefined) throw new Error(`no root where it was:\n${dump}`);
  const partition = join(aTempDir(), 'root.img');
  const { length } = readFileSync(disk);
  writeFileSync(partition, readFileSync(disk).subarray(start * SECTOR, (start + size) * SECTOR));
  const debugfs = (request: string) =>
    execFileSync('debugfs', ['-R', request, partition], { encoding: 'utf8', stdio: 'pipe' });
  return {
    file: partition,
    /** What lies behind it, in MiB. */
    spare: Math.floor((length - (start + size) * SECTOR) / MIB),
    read: (path: string) => debugfs(`cat ${path}`),
    stat: (path: string) => debugfs(`stat ${path}`),
    names: (path: string) =>
      debugfs(`ls -p ${path}`)
        .split('\n')
        .map((line) => line.split('/')[5] ?? ''),
  };
}

export const QUIET = { stdio: 'pipe' } as const;
