import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { aTempDir } from './temp-dir.ts';

/** Debian's Docker Engine on a socket of its own, without a network for containers; ended with the test. */
export async function aDockerd() {
  const dir = aTempDir();
  const socket = join(dir, 'docker.sock');
  const config = join(dir, 'daemon.json');
  writeFileSync(config, '{}');
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    child = spawn(
      'dockerd',
      [
        ...['--config-file', config, '--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec')],
        ...['--pidfile', join(dir, 'pid'), '-H', `unix://${socket}`, '--iptables=false', '--ip6tables=false'],
        ...['--bridge=none', '--storage-driver', 'overlay2', '--insecure-registry', '127.0.0.0/8'],
      ],
      { stdio: 'ignore' },
    );
    for (let tries = 0; tries < 1500; tries++) {
      if (child.exitCode !== null) throw new Error(`dockerd ended with ${child.exitCode}`);
      if (await answers(socket)) return;
      await sleep(20);
    }
    throw new Error('dockerd does not answer');
  }

  async function stop(): Promise<void> {
    const running = child;
    child = null;
    if (!running || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGTERM');
    await ended;
  }

  onTestFinished(async () => {
    await stop();
    unmountBelow(dir);
  }, 60_000);
  await start();
  return { host: `unix://${socket}`, start, stop };
}

async function answers(path: string): Promise<boolean> {
  const socket = createConnection(path);
  const isUp = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return isUp;
}

/** What it leaves mounted keeps its directory from being removed. */
function unmountBelow(folder: string): void {
  const places = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((place) => place.startsWith(`${folder}/`));
  for (const place of places.reverse()) execFileSync('umount', ['--lazy', place]);
}
