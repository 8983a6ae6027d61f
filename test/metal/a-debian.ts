/** A real Debian with its own systemd and network, in namespaces: made of packages, without a virtual machine. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { aptSources, ownSuite } from '../../tools/deploy-ramdisk/debian-image.ts';

/** How the Debian reaches the loopback of the machine it runs on (slirp4netns). */
export const HOST_FROM_INSIDE = '10.0.2.2';

/** From the sources that this machine's own apt has for Debian. Returns the root, which goes when the test is over. */
export function installDebian(packages: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'barewright-debian-'));
  onTestFinished(() => void execFileSync('rm', ['-rf', root]), 300_000);
  const include = `--include=systemd,systemd-sysv,dbus,${packages.join(',')}`;
  const args = ['--quiet', '--variant=minbase', include, ownSuite(), root, ...aptSources()];
  execFileSync('mmdebstrap', args, { stdio: 'pipe', timeout: 900_000 });
  return root;
}

export interface Debian {
  /** Runs a line of shell inside; with its status and all that it said. */
  sh(line: string): Promise<{ status: number | null; said: string }>;
  stop(): Promise<void>;
}

/** Boots the root. Resolves when its systemd answers. */
export async function bootDebian(root: string): Promise<Debian> {
  mkdirSync(join(root, 'run'), { recursive: true });
  const namespaces = ['--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup', '--fork', '--kill-child'];
  const script = join(import.meta.dirname, 'a-debian.sh');
  const outer = spawn('unshare', [...namespaces, 'sh', script, root], { stdio: 'ignore' });
  const pid = await firstProcess(outer);
  const network = spawn('slirp4netns', ['--configure', '--mtu=65520', String(pid), 'tap0'], {
    stdio: 'ignore',
  });
  const inside = [
    '--target',
    String(pid),
    '--mount',
    '--pid',
    '--net',
    '--uts',
    '--ipc',
    '--cgroup',
    '--root',
    '--wd=/',
  ];
  const clean = ['env', '-i', '-C', '/', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'sh', '-c'];
  async function sh(line: string) {
    const options = { reject: false, all: true, stdin: 'ignore', stripFinalNewline: false } as const;
    const { exitCode, all } = await execa('nsenter', [...inside, ...clean, line], options);
    return { status: exitCode ?? null, said: all };
  }
  const deadline = Date.now() + 120_000;
  while ((await sh('systemctl is-active --quiet basic.target')).status !== 0) {
    if (Date.now() > deadline)
      throw new Error(`systemd does not come up: ${(await sh('systemctl --failed')).said}`);
    await sleep(500);
  }
  return {
    sh,
    async stop() {
      const ended = new Promise((resolve) => outer.once('exit', resolve));
      network.kill('SIGKILL');
      outer.kill('SIGKILL');
      await ended;
    },
  };
}

/** The process that unshare has forked: the first one of the new pid namespace. */
async function firstProcess({ pid, exitCode }: ChildProcess): Promise<number> {
  for (let left = 100; left > 0 && exitCode === null; left--) {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    if (child) return Number(child);
    await sleep(50);
  }
  throw new Error('unshare started nothing');
}
