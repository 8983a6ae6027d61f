import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSecrets } from '../../src/daemon/secrets.ts';
import { createSopsFiles } from '../../src/daemon/sops-files.ts';
import { createSshCheck } from '../../src/daemon/ssh-check.ts';
import { aFreePort } from '../builders/free-port.ts';
import { aNode, aSite, aState } from '../builders/node.ts';
import { anSshd, anSshKey } from '../builders/sshd.ts';
import { aTempDir } from '../builders/temp-dir.ts';

const INSTALL = '1'.repeat(32);

/** A check that logs in to a real sshd, where this mark lies. */
async function aCheck(marker = INSTALL) {
  const { folder, port, user, hostKey } = await anSshd();
  writeFileSync(join(folder, 'install-id'), `${marker}\n`);

  return function check(change: { key?: string; facts?: Record<string, string>; port?: number } = {}) {
    const sshCheck = {
      user,
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
    const check = await aCheck();
    expect(await check()).toEqual({ ok: true, hostKey: expect.stringMatching(/^ssh-ed25519 /) });
  });

  it('does not trust another host key, and says so', async () => {
    const check = await aCheck();
    const facts = { 'sshHostKey.ed25519': anSshKey(aTempDir(), 'other') };
    expect(await check({ facts })).toEqual({ ok: false, why: 'Host key verification failed.' });
  });

  it('says what else is wrong, in one line each', async () => {
    const check = await aCheck();
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
    const check = await aCheck('2'.repeat(32));
    expect(await check()).toEqual({ ok: false, why: 'it carries the mark of another install' });
  });
});
