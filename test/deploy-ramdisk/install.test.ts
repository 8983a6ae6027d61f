import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sha256Of } from '../netboot/a-server.ts';
import { untilTrue } from '../promises/scene.ts';
import { aDeployment } from './a-deployment.ts';
import { aDisk, aGuest, MAC } from './a-guest.ts';
import { aRamdisk } from './a-ramdisk.ts';
import { expectNothingToBoot, one } from './disks.ts';

const LONG = 400_000;
/** Where the install record goes in an image that sets a place aside for it. */
const AREA = { start: 1024 * 512, end: 1040 * 512 };
const MARK = '# barewright configuration area, version 1\n';

/** Eight MiB of noise, so that every byte is told from every other, with a place for the record. */
function anImage(): Buffer {
  const image = randomBytes(8 << 20);
  image.fill(0, AREA.start, AREA.end).write(MARK, AREA.start);
  return image;
}

/** What is on the disk beside the record. */
function expectImage(file: string, image: Buffer): void {
  const disk = readFileSync(file);
  expect(disk.subarray(0, AREA.start).equals(image.subarray(0, AREA.start))).toBe(true);
  expect(disk.subarray(AREA.end, image.length).equals(image.subarray(AREA.end))).toBe(true);
}

describe('the tiny image', () => {
  it(
    'is installed bit for bit, and then boots from its disk and reports, on BIOS and on UEFI',
    async () => {
      const { tinyImage } = await aRamdisk();
      const content = await readFile(tinyImage.file);
      const disk = aDisk(64);
      const { restarted, heard, reports, record } = await aDeployment({
        image: { content },
        disks: one(disk),
      });
      await restarted();
      expect(heard.at(0)).toBe('progress: writing to vda (67108864 bytes)');
      expect(heard.at(-1)).toBe('complete: ');
      expect(
        heard.filter((line) => /^progress: writing the image: \d+ of \d+ bytes$/.test(line)),
      ).not.toEqual([]);
      expectImage(disk, gunzipSync(content));
      expect(readFileSync(disk).subarray(AREA.start, AREA.end).toString()).not.toContain('TOKEN');

      for (const firmware of ['bios', 'uefi'] as const) {
        reports.splice(0);
        const installed = aGuest({ disks: one(disk), firmware });
        await untilTrue(() => reports.length >= 2, installed.console, 180_000, 50);
        await installed.kill();
        expect(reports[0]).toMatchObject({
          mac: MAC,
          boot: true,
          record,
          configDigest: 'c0de',
          stacks: [
            { name: 'base', state: 'ok' },
            { name: 'docker', state: 'ok' },
          ],
          facts: { firmware },
        });
        expect(reports[1]).toMatchObject({ boot: false, record });
      }
    },
    LONG,
  );
});

describe('an image', () => {
  it(
    'may be plain or packed by zstd',
    async () => {
      const image = anImage();
      for (const format of ['raw', 'raw.zst'] as const) {
        const disk = aDisk(16);
        const content = format === 'raw' ? image : zstdCompressSync(image);
        const { restarted, heard } = await aDeployment({ image: { content, format }, disks: one(disk) });
        await restarted();
        expect(heard.at(-1)).toBe('complete: ');
        expectImage(disk, image);
      }
    },
    LONG,
  );
});

describe('promise 7: nothing is called installed that is not what the profile says', () => {
  it(
    'an image of another digest fails, and leaves a disk that boots nothing',
    async () => {
      const disk = aDisk(16);
      const content = gzipSync(anImage());
      const { heard, told } = await aDeployment({
        image: { content },
        sha256: '0'.repeat(64),
        disks: one(disk),
      });
      await told(/at rest/);
      expect(heard.at(-1)).toBe(
        `failed: the image is not the declared one: its SHA-256 is ${sha256Of(content)}`,
      );
      expect(heard.join()).not.toContain('complete');
      expectNothingToBoot(disk);
    },
    LONG,
  );

  it(
    'a connection that breaks is tried again, from the beginning',
    async () => {
      const image = anImage();
      const content = gzipSync(image);
      const disk = aDisk(16);
      let reads = 0;
      const read = async (): Promise<Readable> => {
        reads += 1;
        const stream = new PassThrough();
        if (reads > 1) return stream.end(content);
        stream.write(content.subarray(0, 5 << 20), () =>
          setImmediate(() => stream.destroy(new Error('cut'))),
        );
        return stream;
      };
      const { restarted, heard } = await aDeployment({ image: { content }, disks: one(disk), read });
      await restarted();
      expect(reads).toBe(2);
      expect(heard.at(-1)).toBe('complete: ');
      expectImage(disk, image);
    },
    LONG,
  );

  it(
    'the machine restarts only when its completion was accepted',
    async () => {
      const content = gzipSync(anImage());
      let asked = 0;
      const { restarted, heard } = await aDeployment({
        image: { content },
        disks: one(aDisk(16)),
        async callback(_token, _address, { kind }) {
          if (kind === 'complete' && ++asked < 3) throw new Error('the journal cannot be written');
          return { ok: true };
        },
      });
      await restarted();
      expect(asked).toBe(3);
      expect(heard.at(-1)).toBe('complete: ');
    },
    LONG,
  );

  it(
    'a completion that is refused leaves it where it is',
    async () => {
      const { told, guest } = await aDeployment({
        image: { content: gzipSync(anImage()) },
        disks: one(aDisk(16)),
        callback: async (_token, _address, { kind }) =>
          kind === 'complete' ? { ok: false, why: 'not-armed' } : { ok: true },
      });
      await told(/the daemon refuses the completion/);
      await told(/at rest/);
      expect(guest.console()).not.toContain('restarting');
    },
    LONG,
  );
});

describe('promise 2: a disk is lost only on purpose', () => {
  /** Disks that hold something. */
  function someDisks(...serials: string[]): Map<string, string> {
    return new Map(
      serials.map((serial) => {
        const file = aDisk(16);
        writeFileSync(file, randomBytes(16 << 20));
        return [serial, file];
      }),
    );
  }

  const digests = (disks: Map<string, string>) =>
    [...disks.values()].map((file) => sha256Of(readFileSync(file)));

  it(
    'an attempt that is not the present one any more is refused before the first byte',
    async () => {
      const disks = someDisks('DISK1');
      const before = digests(disks);
      const { heard, told, guest } = await aDeployment({
        image: { content: gzipSync(anImage()) },
        disks,
        callback: async () => ({ ok: false, why: 'not-armed' }),
      });
      await told(/at rest/);
      expect(heard[0]).toMatch(/^progress refused: /);
      expect(guest.console()).toContain('the daemon gave no leave to write to the disk');
      expect(digests(disks)).toEqual(before);
    },
    LONG,
  );

  it(
    'of several disks none is taken unless the profile names it',
    async () => {
      const disks = someDisks('DISK1', 'DISK2');
      const before = digests(disks);
      const { heard, told } = await aDeployment({ image: { content: gzipSync(anImage()) }, disks });
      await told(/at rest/);
      expect(heard).toEqual([
        'failed: the profile names no disk, or not only one, and there are several: vda vdb',
      ]);
      expect(digests(disks)).toEqual(before);
    },
    LONG,
  );

  it(
    'the one that it names by id is the only one written to',
    async () => {
      const image = anImage();
      const disks = someDisks('DISK1', 'DISK2');
      const [before] = digests(disks);
      const { heard, restarted } = await aDeployment({
        image: { content: gzipSync(image) },
        disks,
        profile: { disk: { device: '/dev/disk/by-id/virtio-DISK2' } },
      });
      await restarted();
      expect(heard.at(-1)).toBe('complete: ');
      expect(digests(disks)[0]).toBe(before);
      expectImage(disks.get('DISK2') ?? '', image);
    },
    LONG,
  );

  it(
    'an image that does not fit fails',
    async () => {
      const { heard, told } = await aDeployment({
        image: { content: gzipSync(anImage()) },
        disks: one(aDisk(4)),
      });
      await told(/at rest/);
      expect(heard.at(-1)).toMatch(/^failed: the image does not fit, .*No space left on device/);
    },
    LONG,
  );
});
