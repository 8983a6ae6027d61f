/** Makes of a qcow2 image what the deploy ramdisk streams: the raw disk, compressed by zstd. */

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { execa } from 'execa';
import { NetbootError } from './errors.ts';

export interface Conversion {
  /** The qcow2 file. */
  from: string;
  /** Where the result goes; it must not exist. Beside it, `{part}.raw.part` exists for a while, with holes. */
  part: string;
  /** Disks larger than this are refused, in bytes. */
  maxBytes: number;
  /** Path or name of qemu-img. */
  program: string;
  signal: AbortSignal;
}

/**
 * Resolves with the digest and the bytes of the result once it is on the disk. Rejects with NetbootError for an image that
 * refers to other files: they would be files of the daemon's machine (`/etc/shadow` as a backing file).
 */
export async function convertQcow2({ from, part, maxBytes, program, signal }: Conversion) {
  checkQcow2(await firstBytes(from), maxBytes);
  const raw = `${part}.raw.part`;
  // Said twice: whatever the header should still say of a backing file, it is not opened.
  const source = { driver: 'qcow2', backing: null, file: { driver: 'file', filename: from } };
  const args = ['convert', '-q', '-O', 'raw', `json:${JSON.stringify(source)}`, raw];
  try {
    await execa(program, args, { cancelSignal: signal, stdin: 'ignore' }).catch((error: unknown) => {
      throw programError(error as { code?: string; stderr?: string });
    });
    const hash = createHash('sha256');
    let size = 0;
    await pipeline(
      createReadStream(raw, { highWaterMark: 1 << 20 }),
      createZstdCompress(),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          size += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }),
      { signal },
    );
    return { sha256: hash.digest('hex'), size };
  } finally {
    await rm(raw, { force: true });
  }
}

/** Its header, as in qemu's docs/interop/qcow2. Throws NetbootError for what is not taken. */
export function checkQcow2(header: Buffer, maxBytes: number): void {
  const refuse = (why: string): never => {
    throw new NetbootError('format', why);
  };
  if (header.length < 72 || header.readUInt32BE(0) !== MAGIC) refuse('it is no qcow2 image');
  const version = header.readUInt32BE(4);
  if (version !== 2 && version !== 3) refuse(`it is of version ${version} of qcow2; 2 and 3 are taken`);
  if (header.readBigUInt64BE(8) !== 0n || header.readUInt32BE(16) !== 0) {
    refuse('it has a backing file; make it whole with qemu-img convert');
  }
  if (header.readUInt32BE(32) !== 0) refuse('it is encrypted');
  if (version === 3 && header.length >= 80) {
    const features = header.readBigUInt64BE(72);
    if (features & EXTERNAL_DATA)
      refuse('its data lies in another file; make it whole with qemu-img convert');
    if (features & CORRUPT) refuse('it is marked as corrupt');
  }
  const size = header.readBigUInt64BE(24);
  if (size > BigInt(maxBytes)) {
    throw new NetbootError(
      'too-large',
      `its disk of ${size} bytes is larger than the ${maxBytes} that are taken`,
    );
  }
}

const MAGIC = 0x51_46_49_fb;
const CORRUPT = 2n;
const EXTERNAL_DATA = 4n;

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(104), 0, 104, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function programError({ code, stderr }: { code?: string; stderr?: string }): NetbootError {
  if (code === 'ENOENT') {
    return new NetbootError('program', 'qemu-img is not there to convert it; apt-get install qemu-utils');
  }
  const said = (stderr ?? '').trim().split('\n').at(-1) ?? '';
  if (/No space left/.test(said)) return new NetbootError('space', 'the disk of the data directory is full');
  return new NetbootError(
    'format',
    `qemu-img cannot convert it: ${said.replace(/^qemu-img: /, '').slice(0, 200)}`,
  );
}
