import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aTempDir } from '../builders/temp-dir.ts';
import { aProxy } from './a-proxy.ts';
import { aRegistry } from './a-registry.ts';
import { anImage, push } from './an-image.ts';

const MB = 2 ** 20;
/** 500 in the long form: `BAREWRIGHT_LONG=1`. */
const SIZE = (process.env['BAREWRIGHT_LONG'] === '1' ? 500 : 80) * MB;
const CHUNK = 16 * MB;

describe('a copy that is killed', () => {
  it('promise 8: goes on where it was, and leaves no half image in between', async () => {
    const [upstream, own] = [await aRegistry(PLAIN), await aRegistry(PLAIN)];
    const image = anImage({ sizes: [SIZE, 1000] });
    await push(upstream.client().repository('app'), '1', image);
    // Upstream falls silent in the middle of the fourth chunk, so that the third is the last that was confirmed.
    let isStalled = true;
    const silence = Promise.withResolvers<null>();
    const slow = await aProxy(upstream.access, {
      pass: (chunk, at) => (isStalled && at > 3.5 * CHUNK ? silence.promise : chunk),
    });
    const notes = join(aTempDir(), 'uploads');
    const first = aCopy(slow.access.endpoint, own.access.endpoint, notes);
    for await (const line of first.lines) if (Number(line) >= 3 * CHUNK) break;
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    silence.resolve(null);
    const target = own.client().repository('app');
    expect([await target.head('1'), await target.head(image.manifest.digest)]).toEqual([null, null]);

    isStalled = false;
    const before = slow.passed();
    const second = aCopy(slow.access.endpoint, own.access.endpoint, notes);
    const said: string[] = [];
    for await (const line of second.lines) said.push(line);
    expect(said.at(-1)).toBe(image.manifest.digest);
    expect(slow.seen.filter((line) => line.endsWith(`bytes=${3 * CHUNK}-`))).toHaveLength(1);
    expect(slow.passed() - before).toBeLessThan(SIZE - 3 * CHUNK + MB);
    expect((await target.manifest('1')).bytes.equals(image.manifest.bytes)).toBe(true);
    for (const [digest, bytes] of image.blobs) {
      let size = 0;
      // Read whole, it is held against its digest.
      const blob = { mediaType: '', digest, size: bytes.length };
      for await (const chunk of target.readBlob(blob, 0)) size += chunk.length;
      expect(size).toBe(bytes.length);
    }
  });
});

const PLAIN = { tls: false, auth: 'none' } as const;

function aCopy(...args: string[]): { child: ChildProcess; lines: AsyncIterable<string> } {
  const script = join(import.meta.dirname, 'copy-child.ts');
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, lines: createInterface({ input: child.stdout }) };
}
