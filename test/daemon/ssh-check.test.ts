import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSecrets } from '../../src/daemon/secrets.ts';
import { createSopsFiles } from '../../src/daemon/sops-files.ts';
import { createSshCheck } from '../../src/daemon/ssh-check.ts';
import { aNode, aSite, aState } from '../builders/node.ts';
import { aTempDir } from '../builders/temp-dir.ts';

const INSTALL = '1'.repeat(32);

function aKey(folder: string, name: string): string {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  return readFileSync(join(folder, `${name}.pub`), 'utf8')
    .split(' ')
    .slice(0, 2)
    .join(' ');
}

function aFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** A real sshd on loopback for the user that runs the test, and a check that logs in there. */
async function anSshd(marker = INSTALL) {
  const folder = aTempDir();
  const hostKey = aKey(folder, 'host');
  writeFileSync(join(folder, 'authorized'), `${aKey(folder, 'login')}\n`);
  aKey(folder, 'stranger');
  writeFileSync(join(folder, 'install-id'), `${marker}\n`);
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

  return function check(change: { key?: string; facts?: Record<string, string>; port?: number } = {}) {
    const sshCheck = {
      user: userInfo().username,
      key: { file: change.key ?? 'login' },
      port: change.port ?? port,
    };
    const node = aNode('n1').with({ bootAddress: '127.0.0.1' }).build();
    const facts = change.facts ?? { 'sshHostKey.ed25519': hostKey };
    const state = aState('n1').installed('base').attempt({ installId: INSTALL }).with({ facts }).build();
    const look = createSshCheck(
      createSecrets(folder, {}, createSopsFiles({ env: {} })),
      `cat ${folder}/install-id`,
    );
    return look({ node, state, policy: aSite([node], { policy: { sshCheck } }).policy });
  };
}

describe('a look by SSH', () => {
  it('proves an install by the host key that it reported and its mark', async () => {
    const check = await anSshd();
    expect(await check()).toEqual({ ok: true, hostKey: expect.stringMatching(/^ssh-ed25519 /) });
  });

  it('does not trust another host key, and says so', async () => {
    const check = await anSshd();
    const facts = { 'sshHostKey.ed25519': aKey(aTempDir(), 'other') };
    expect(await check({ facts })).toEqual({ ok: false, why: 'Host key verification failed.' });
  });

  it('says what else is wrong, in one line each', async () => {
    const check = await anSshd();
    expect(await check({ facts: {} })).toEqual({ ok: false, why: 'it has reported no SSH host key' });
    const forged = { 'sshHostKey.ed25519': 'ssh-ed25519 AAAA\n* ssh-ed25519 BBBB' };
    expect(await check({ facts: forged })).toEqual({ ok: false, why: 'it has reported no SSH host key' });
    expect(await check({ key: 'stranger' })).toEqual({
      ok: false,
      why: expect.stringContaining('Permission denied'),
    });
    expect(await check({ port: await aFreePort() })).toEqual({
      ok: false,
      why: expect.stringContaining('Connection refused'),
    });
    expect(await check({ key: 'none' })).toEqual({ ok: false, why: expect.stringContaining('no such file') });
  });

  it('knows the mark of another install for what it is', async () => {
    const check = await anSshd('2'.repeat(32));
    expect(await check()).toEqual({ ok: false, why: 'it carries the mark of another install' });
  });
});
