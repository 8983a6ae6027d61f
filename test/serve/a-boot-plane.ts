/** A boot plane that knows one machine and one token, and what it was asked. */

import { type BootPlanePorts, createBootPlane } from '../../src/serve/boot-plane.ts';

export const MAC = '52:54:00:00:00:01';
export const TOKEN = 'a'.repeat(75);

type Call = [name: string, ...args: unknown[]];

export function aPlane(change: Partial<BootPlanePorts> = {}) {
  const calls: Call[] = [];
  const errors: unknown[] = [];
  const plane = createBootPlane({
    ready: async () => true,
    async script(...args) {
      calls.push(['script', ...args]);
      return args[0] === MAC ? { kind: 'installer', text: '#!ipxe\nthe installer\n' } : { kind: 'unknown' };
    },
    async answers(...args) {
      calls.push(['answers', ...args]);
      return args[0] === TOKEN ? { ok: true, content: 'the answers\n' } : { ok: false, why: 'bad-token' };
    },
    async callback(...args) {
      calls.push(['callback', ...args]);
      return args[0] === TOKEN ? { ok: true } : { ok: false, why: 'bad-token' };
    },
    async report(...args) {
      calls.push(['report', ...args]);
      const sign = (answer: string | Uint8Array) => `sha256=over ${answer.length}`;
      return args[0].mac === MAC ? { ok: true, configDigest: 'c', sign } : { ok: false, why: 'unknown-mac' };
    },
    async stacks(...args) {
      calls.push(['stacks', ...args]);
      if (args[0].mac !== MAC) return { ok: false, why: 'not-wanted' };
      return { ok: true, archive: Uint8Array.of(0, 255, 10), sign: () => 'sha256=of the archive' };
    },
    artifact: () => null,
    loader: async () => null,
    onError: (error) => errors.push(error),
    ...change,
  });
  return { plane, calls, errors };
}
