import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { aTempDir } from '../builders/temp-dir.ts';
import { untilTrue } from '../promises/scene.ts';

const run = promisify(execFile);

/** Debian's Docker Engine with everything in a directory of its own and no network but the host's; ended with the test. */
export async function anEngine() {
  const folder = aTempDir();
  const socket = join(folder, 'docker.sock');
  const options = [
    ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
    ...['--pidfile', join(folder, 'pid'), '-H', `unix://${socket}`],
    ...['--iptables=false', '--ip6tables=false', '--bridge=none'],
  ];
  const daemon = spawn('/usr/sbin/dockerd', options, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  daemon.stderr.on('data', (text) => (said = (said + text).slice(-4000)));
  onTestFinished(async () => {
    const ended = once(daemon, 'exit');
    daemon.kill('SIGTERM');
    await ended;
    unmountBelow(folder);
  }, 60_000);
  await untilTrue(
    () => existsSync(socket) || daemon.exitCode !== null,
    () => said,
  );
  const command = ['/usr/bin/docker', '-H', `unix://${socket}`];

  async function docker(words: readonly string[], config = folder): Promise<string> {
    const [program = '', ...before] = command;
    const env = { ...process.env, DOCKER_CONFIG: config };
    const { stdout } = await run(program, [...before, ...words], { env, maxBuffer: 2 ** 24 });
    return stdout;
  }

  await docker(['version']);
  return {
    command,
    docker,
    /** Makes an image of a tar. */
    imports: (tar: string, image: string) => docker(['import', tar, image]),
  };
}

/** What it leaves mounted keeps its directory from being removed. */
function unmountBelow(folder: string): void {
  const places = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((place) => place.startsWith(`${folder}/`));
  for (const place of places.reverse()) execFileSync('umount', ['--lazy', place]);
}
