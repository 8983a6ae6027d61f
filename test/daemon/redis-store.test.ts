import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { aRedis, KEEPS_ALL } from '../builders/redis.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { cli } from '../cli/a-context.ts';
import { MAIN } from '../cli/spawn-cli.ts';
import { aFolder, aRepository, ENV } from '../git/a-repository.ts';

const PORTS = ['--boot-listen', '127.0.0.1:0', '--control-listen', '127.0.0.1:0', '--log-port', '0'];

async function aWorld() {
  const repo = join(aFolder(), 'karoo');
  await cli(['init', repo], { env: ENV });
  aRepository(repo).commit({}, 'The first machines');
  const dir = aTempDir();
  mkdirSync(join(dir, 'redis'));
  const redis = await aRedis(join(dir, 'redis'), ...KEEPS_ALL, '--requirepass', 'sesame');
  onTestFinished(redis.close);
  const password = join(dir, 'password');
  writeFileSync(password, 'sesame\n', { mode: 0o600 });
  const data = join(dir, 'data');
  return {
    run: ['run', '--repo', repo, '--data', data, ...PORTS],
    redis,
    data,
    password: `file:${password}`,
  };
}

/** Runs the daemon until it serves, and ends it with SIGTERM; or until it refuses. Resolves with its code and all it said. */
async function ranOnce(args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: ENV, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const exit = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    said += `${line}\n`;
    if (line.startsWith('boot server')) child.kill('SIGTERM');
  }
  const [code] = await exit;
  return { code, said };
}

it('run --store keeps the journal in Redis, and the data directory remembers that', async () => {
  const { run, redis, data, password } = await aWorld();
  const stored = [...run, '--store', redis.url(), '--store-password', password];
  for (const round of [1, 2]) {
    const { code, said } = await ranOnce(stored);
    expect(said).not.toContain('sesame');
    expect(code).toBe(0);
    const events = await redis.client(0, 'sesame').xrange('barewright:events', '-', '+');
    const starts = events.filter(([, fields]) => fields.includes('DaemonStarted'));
    expect(starts).toHaveLength(round);
  }

  const without = await ranOnce(run);
  expect(without).toMatchObject({
    code: 1,
    said: expect.stringContaining(`${join(data, 'redis-copy.db')} is a copy`),
  });
});

it('promise 10: a password in argv is refused and not repeated', async () => {
  const run = ['run', '--repo', '.', ...PORTS];
  for (const wrong of [
    ['--store', 'redis://:sesame@127.0.0.1/0'],
    ['--store', 'redis://127.0.0.1/0', '--store-password', 'sesame'],
    ['--store-password', 'env:SESAME_NOT_SHOWN'],
  ]) {
    const { code, stderr, stdout } = await cli([...run, ...wrong], { env: ENV });
    expect(code).toBe(2);
    expect(stderr).toContain('--store-password');
    expect(stderr + stdout).not.toMatch(/sesame|NOT_SHOWN/);
  }
});
