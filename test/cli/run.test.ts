import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aFolder, aRepository, ENV } from '../git/a-repository.ts';
import { cli } from './a-context.ts';
import { MAIN } from './spawn-cli.ts';

const ports = ['--boot-listen', '127.0.0.1:0', '--control-listen', '127.0.0.1:0', '--log-port', '0'];

/** The real daemon on free ports, following a new site. Resolves when it says where it listens. */
async function aDaemon() {
  const dir = join(aFolder(), 'karoo');
  await cli(['init', dir], { env: ENV });
  aRepository(dir).commit({}, 'The first machines');
  const data = aFolder();
  const child = spawn(process.execPath, [MAIN, 'run', '--repo', '.', '--data', data, ...ports], {
    ...{ cwd: dir, env: ENV, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const exit = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const said = [await lines.next(), await lines.next()].map(({ value }) => String(value));
  return { child, data, said, exit, log: () => log };
}

describe('run', () => {
  it('serves the other verbs, logs JSON, and ends cleanly on SIGTERM', async () => {
    const { child, data, said, exit, log } = await aDaemon();
    expect(said).toEqual([
      expect.stringMatching(/^page and API {3}http:\/\/127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^boot server {4}http:\/\/127\.0\.0\.1:\d+$/),
    ]);
    const ask = (...argv: string[]) => cli([...argv, '--data', data], { env: ENV });
    expect(await ask('wait', 'n01', '--for', 'phase=found', '--timeout', '20s')).toMatchObject({ code: 0 });
    expect((await ask('status')).stdout).toContain('Site         karoo, 1 node\n');
    expect((await ask('describe', 'n01')).stdout).toContain('n01 is found, since ');
    expect((await ask('plan')).stdout).toContain('1 new\n');
    expect(await ask('resume', 'n01')).toMatchObject({ code: 3 });
    expect(await ask('pause', 'n01', '--why', 'test')).toMatchObject({ code: 0 });
    expect((await ask('logs', 'n01')).stdout).toContain('paused by someone: test');

    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(existsSync(join(data, 'control.json'))).toBe(false);
    const first = log().split('\n')[0] ?? '';
    expect(JSON.parse(first)).toMatchObject({
      level: 30,
      reason: expect.any(String),
      msg: expect.any(String),
    });
    expect(log()).toContain('SIGTERM: closing; once more ends at once\n');
    expect(await ask('status')).toMatchObject({ code: 4 });
  });

  it('says in a sentence why it cannot start', async () => {
    const data = join(aFolder(), 'file');
    writeFileSync(data, '');
    const { code, stderr } = await cli(['run', '--data', data, ...ports], { env: ENV });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^barewright: EEXIST.*file/);

    const lost = ['run', '--data', aFolder(), '--verify-keys', '/nonexistent/keys', ...ports];
    expect(await cli(lost, { env: ENV })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^barewright: --verify-keys \/nonexistent\/keys cannot be read: ENOENT/),
    });

    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const busy = ['--boot-listen', '127.0.0.1:0', '--control-listen', `127.0.0.1:${port}`];
    const second = await cli(['run', '--data', aFolder(), ...busy], { env: ENV });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('\n  something listens there already; end it, or choose another port\n');
  });
});
