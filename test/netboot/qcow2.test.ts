import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkQcow2 } from '../../src/netboot/qcow2.ts';
import type { StoreOptions } from '../../src/netboot/store.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { sha256Of } from './a-server.ts';
import { aStore } from './a-store.ts';

/** A disk of 4 MiB with something at its beginning and at its end. */
function aDisk(): Buffer {
  const disk = Buffer.alloc(4 << 20);
  randomBytes(300_000).copy(disk);
  randomBytes(4_096).copy(disk, disk.length - 4_096);
  return disk;
}

/** What `qemu-img` makes with these arguments before the file's name, and behind it. */
function qemuImg(before: string[], behind: string[] = []): string {
  const file = join(aTempDir(), 'disk.qcow2');
  execFileSync('qemu-img', [...before, file, ...behind], { stdio: 'pipe' });
  return file;
}

function converted(disk: Buffer, ...options: string[]): string {
  const raw = join(aTempDir(), 'disk.raw');
  writeFileSync(raw, disk);
  return qemuImg(['convert', '-f', 'raw', '-O', 'qcow2', ...options, raw]);
}

const wish = (file: string) => ({ file, sha256: sha256Of(readFileSync(file)), format: 'qcow2' as const });

describe('a qcow2 image', () => {
  it.each([
    ['as it is made', []],
    ['compressed', ['-c']],
    ['of the old version', ['-o', 'compat=0.10']],
  ])('%s is kept as the raw disk, compressed, under its own digest', async (_, options) => {
    const disk = aDisk();
    const file = converted(disk, ...options);
    const store = await aStore();
    const stored = await store.ensure(wish(file));
    expect(stored.sha256).not.toBe(wish(file).sha256);
    const served = await buffer(await stored.read({ start: 0, end: stored.size - 1 }));
    expect(sha256Of(served)).toBe(stored.sha256);
    expect(zstdDecompressSync(served).equals(disk)).toBe(true);
    expect(readdirSync(store.directory)).toEqual([`${wish(file).sha256}-${stored.sha256}`]);

    await store.close();
    const next = await aStore({ directory: store.directory });
    expect(next.find(wish(file))).toMatchObject({ sha256: stored.sha256, size: stored.size });
    expect(next.find({ sha256: wish(file).sha256 })).toBeNull();
  });

  it('that was fetched before as something else is converted where it lies', async () => {
    const disk = aDisk();
    const file = converted(disk);
    const store = await aStore();
    await store.ensure({ ...wish(file), format: 'raw' });
    const sources = { ...wish(file), file: '/none/of/it' };
    const stored = await store.ensure(sources);
    const served = await buffer(await stored.read({ start: 0, end: stored.size - 1 }));
    expect(zstdDecompressSync(served).equals(disk)).toBe(true);
  });
});

describe('promise 10: a qcow2 image that would take in a file of the daemon’s machine', () => {
  async function refusal(file: string, change: Partial<StoreOptions> = {}) {
    const store = await aStore(change);
    const error: unknown = await store.ensure(wish(file)).catch((error) => error);
    expect(store.find(wish(file))).toBeNull();
    // Only what was fetched is left: nothing that was made of it.
    expect(readdirSync(store.directory)).toEqual([wish(file).sha256]);
    return error;
  }

  it('as its backing file is refused', async () => {
    const file = qemuImg(['create', '-q', '-f', 'qcow2', '-b', '/etc/shadow', '-F', 'raw', '-u'], ['1M']);
    expect(await refusal(file)).toMatchObject({
      code: 'format',
      message: 'it has a backing file; make it whole with qemu-img convert',
    });
  });

  it('as its data file is refused', async () => {
    const secret = join(aTempDir(), 'secret');
    const file = qemuImg(
      ['create', '-q', '-f', 'qcow2', '-o', `data_file=${secret},data_file_raw=on`],
      ['1M'],
    );
    expect(await refusal(file)).toMatchObject({
      code: 'format',
      message: 'its data lies in another file; make it whole with qemu-img convert',
    });
  });

  it('and whatever else is not taken, each with its reason', async () => {
    const header = readFileSync(converted(aDisk())).subarray(0, 104);
    const changed = (change: (header: Buffer) => void) => {
      const copy = Buffer.from(header);
      change(copy);
      return () => checkQcow2(copy, 2 ** 36);
    };
    expect(changed(() => {})).not.toThrow();
    expect(changed((h) => h.writeUInt32BE(1, 32))).toThrow('it is encrypted');
    expect(changed((h) => h.writeUInt32BE(4, 4))).toThrow('it is of version 4 of qcow2');
    expect(changed((h) => h.writeUInt32BE(9, 16))).toThrow('it has a backing file');
    expect(changed((h) => h.writeBigUInt64BE(2n, 72))).toThrow('it is marked as corrupt');
    expect(() => checkQcow2(header.subarray(0, 71), 2 ** 36)).toThrow('it is no qcow2 image');

    const notOne = join(aTempDir(), 'disk.raw');
    writeFileSync(notOne, aDisk());
    expect(await refusal(notOne)).toMatchObject({ code: 'format', message: 'it is no qcow2 image' });
    const huge = qemuImg(['create', '-q', '-f', 'qcow2'], ['1T']);
    expect(await refusal(huge)).toMatchObject({ code: 'too-large' });
    const broken = readFileSync(converted(aDisk()));
    broken.writeUInt32BE(0x7f_ff_ff_ff, 36);
    const brokenFile = join(aTempDir(), 'broken.qcow2');
    writeFileSync(brokenFile, broken);
    expect(await refusal(brokenFile)).toMatchObject({
      code: 'format',
      message: expect.stringMatching(/^qemu-img cannot convert it: ./),
    });
  });

  it('a missing qemu-img is named, with the package that has it', async () => {
    expect(await refusal(converted(aDisk()), { qemuImg: '/none/qemu-img' })).toMatchObject({
      code: 'program',
      message: 'qemu-img is not there to convert it; apt-get install qemu-utils',
    });
  });
});
