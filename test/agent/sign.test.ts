import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const SIGN = join(import.meta.dirname, '../../src/agent/files/sign.sh');
const EDGES = ['', '\n', '\0', 'no end of line', '\xff\xfe'];

it.each([['dash'], ['bash'], ['busybox', 'sh']])('%s %s signs as RFC 2104 says', (program, ...args) => {
  const key = fc.stringMatching(/^[0-9a-f]{64}$/);
  const message = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(key, message, (secret, text) => {
      const run = { input: text, encoding: 'utf8' } as const;
      const said = execFileSync(program, [...args, '-c', `. ${SIGN}; hmac "$0"`, secret], run);
      expect(said).toBe(`${createHmac('sha256', secret).update(text).digest('hex')}\n`);
    }),
    {
      numRuns: 15,
      examples: EDGES.map((text) => ['6c'.repeat(32), new TextEncoder().encode(text)]),
    },
  );
});
