/** The script of docs/review.md, run as it stands there. */

import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHookListener } from '../../../src/serve/hooks/listener.ts';
import { aTempDir } from '../../builders/temp-dir.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/review.md'), 'utf8');
const [script = ''] = [...page.matchAll(/```sh\n([^`]*\/hooks\/generic\n)```/g)].map(([, text]) => text);

describe('the documented call of /hooks/generic', () => {
  it('is heard, and with another secret it is not', async () => {
    const secretFile = join(aTempDir(), 'hook-secret');
    writeFileSync(secretFile, 'of the site\n');
    const heard: string[] = [];
    const listener = await startHookListener(
      { host: '127.0.0.1', port: 0 },
      {
        secret: async () => 'of the site',
        onCall: (kind) => void heard.push(kind),
        onRefused: (cause) => void heard.push(cause),
        clock: Date.now,
      },
    );
    onTestFinished(listener.close);
    const ours = script
      .replace('/etc/hook-secret', secretFile)
      .replace('127.0.0.1:8483', `127.0.0.1:${listener.port}`);
    expect(ours).toContain(`:${listener.port}/hooks/generic`);
    const run = () => promisify(execFile)('sh', ['-eu', '-c', ours]);
    expect(JSON.parse((await run()).stdout)).toEqual({ ok: true });
    writeFileSync(secretFile, 'of somebody else');
    await expect(run()).rejects.toThrow(/401/);
    expect(heard).toEqual(['generic', 'forged']);
  });
});
