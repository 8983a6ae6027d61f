/** The guards of the boot plane, by the paths that GRUB asks for. */

import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { GRUB_CONFIG, GRUB_LOCAL_DISK_SCRIPT } from '../../../src/render/grub-script.ts';
import { createBootFiles } from '../../../src/serve/tftp/boot-files.ts';

type Ports = Parameters<typeof createBootFiles>[0];

const MAC = '52:54:00:77:00:0b';
const ADDRESS = '10.77.0.11';
const SHA = 'ab'.repeat(32);
const CONTENT = Buffer.from('a kernel');

function aBootServer(change: Partial<Ports> = {}) {
  const calls: unknown[][] = [];
  const errors: unknown[] = [];
  const open = createBootFiles({
    ready: async () => true,
    async script(...args) {
      calls.push(['script', ...args]);
      return { kind: 'installer', text: 'boot\n' };
    },
    async answers(...args) {
      calls.push(['answers', ...args]);
      return { ok: true, content: new Uint8Array([1, 2]) };
    },
    artifact: (digest) =>
      digest === SHA
        ? {
            ...{ sha256: SHA, size: CONTENT.length },
            read: async ({ start, end }) => Readable.from([CONTENT.subarray(start, end + 1)]),
          }
        : null,
    loader: async (name) => (name === 'shimx64.efi' ? Buffer.from('MZ') : null),
    onError: (error) => void errors.push(error),
    ...change,
  });
  /** The whole text, or null where there is no file. */
  async function get(path: string): Promise<string | null> {
    const file = await open(path, ADDRESS);
    if (!file) return null;
    const bytes = Buffer.from(await file.read(0, file.size));
    await file.close();
    return bytes.toString('latin1');
  }
  return { get, calls, errors };
}

describe('what GRUB asks for by TFTP', () => {
  it('is its configuration, then the script of its MAC, in its own language', async () => {
    const { get, calls } = aBootServer();
    expect(await get('grub/grub.cfg')).toBe(GRUB_CONFIG);
    expect(await get(`boot/${MAC}`)).toBe('boot\n');
    expect(calls).toEqual([['script', MAC, ADDRESS, 'grub']]);
  });

  it('promise 6: an unknown MAC gets nothing, and any other its own disk', async () => {
    const unknown = aBootServer({ script: async () => ({ kind: 'unknown' }) });
    expect(await unknown.get(`boot/${MAC}`)).toBeNull();
    const local = aBootServer({ script: async () => ({ kind: 'local-disk' }) });
    expect(await local.get(`boot/${MAC}`)).toBe(GRUB_LOCAL_DISK_SCRIPT);
  });

  it('promise 6: a defect, or a daemon that knows no site yet, is the local disk, and no answers', async () => {
    const broken = aBootServer({
      script: async () => {
        throw new Error('a defect');
      },
    });
    expect(await broken.get(`boot/${MAC}`)).toBe(GRUB_LOCAL_DISK_SCRIPT);
    expect(broken.errors).toEqual([new Error('a defect')]);
    const starting = aBootServer({ ready: async () => false });
    expect(await starting.get(`boot/${MAC}`)).toBe(GRUB_LOCAL_DISK_SCRIPT);
    expect(await starting.get('i/TOKEN/answers.cpio')).toBeNull();
    expect(await starting.get(`netboot/${SHA}`)).toBeNull();
    expect(starting.calls).toEqual([]);
  });

  it('answers come by their token alone', async () => {
    const { get, calls } = aBootServer();
    expect(await get('i/TOKEN/answers.cpio')).toBe('\x01\x02');
    expect(calls).toEqual([['answers', 'TOKEN', 'answers.cpio', ADDRESS]]);
    const refusing = aBootServer({ answers: async () => ({ ok: false, why: 'not-armed' }) });
    expect(await refusing.get('i/TOKEN/answers.cpio')).toBeNull();
  });

  it('kernels come by their digest, loaders by their name, and nothing else at all', async () => {
    const { get, calls } = aBootServer();
    expect(await get(`netboot/${SHA}`)).toBe('a kernel');
    expect(await get('shimx64.efi')).toBe('MZ');
    const none = ['', 'none.efi', `netboot/${'cd'.repeat(32)}`, 'netboot/../x', 'boot/x', 'i/T', 'a/b/c/d'];
    for (const path of [...none, 'grub/x86_64-efi/fs.lst', `x/${MAC}`, '../etc/passwd']) {
      expect([path, await get(path)]).toEqual([path, null]);
    }
    expect(calls).toEqual([]);
  });
});
