import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { aFreePort } from './free-port.ts';
import { aTempDir } from './temp-dir.ts';

export interface Sshd {
  /** With the keys `login`, which may log in, and `stranger`, which may not. */
  folder: string;
  port: number;
  /** Who runs the test. */
  user: string;
  /** `ssh-ed25519 AAAA…`. */
  hostKey: string;
}

/** Makes a key pair; returns the public one, `ssh-ed25519 AAAA…`. */
export function anSshKey(folder: string, name: string): string {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  return readFileSync(join(folder, `${name}.pub`), 'utf8')
    .split(' ')
    .slice(0, 2)
    .join(' ');
}

/** A real sshd on loopback for the user that runs the test, until the test is over. */
export async function anSshd(): Promise<Sshd> {
  const folder = aTempDir();
  const hostKey = anSshKey(folder, 'host');
  writeFileSync(join(folder, 'authorized'), `${anSshKey(folder, 'login')}\n`);
  anSshKey(folder, 'stranger');
  const port = await aFreePort();
  const config = join(folder, 'config');
  writeFileSync(
    config,
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${folder}/host
AuthorizedKeysFile ${folder}/authorized
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
`,
  );
  // Where sshd runs as root it wants this directory.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void sshd.kill());
  await new Promise<void>((resolve, reject) => {
    let said = '';
    sshd.stderr.on('data', (text) => {
      said += text;
      if (said.includes('Server listening')) resolve();
    });
    sshd.once('exit', () => reject(new Error(said)));
  });
  return { folder, port, user: userInfo().username, hostKey };
}
