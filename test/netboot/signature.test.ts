import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openNetbootStore } from '../../src/netboot/store.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aServer, sha256Of } from './a-server.ts';

const CONTENT = Buffer.from('a kernel');
const SHA = sha256Of(CONTENT);

/** A new key of its own, its public half as a keyring, and what it signs. */
function aSigner() {
  const home = join(aTempDir(), 'gnupg');
  mkdirSync(home, { mode: 0o700 });
  onTestFinished(() => void execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']));
  const gpg = (args: string[], input = '') =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--passphrase', '', ...args], {
      input,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  gpg(['--quick-generate-key', 'signer@example.org', 'ed25519', 'sign', 'never']);
  const keyring = join(home, 'keyring.gpg');
  writeFileSync(keyring, gpg(['--export']));
  return { keyring, sign: (text: string) => gpg(['--detach-sign'], text) };
}

/** A server of the file, of a list of sums, and of the list's signature. */
async function aSite(sums: string, signature: Buffer, keyring: string) {
  const files: Record<string, Buffer> = {
    '/vmlinuz': CONTENT,
    '/SHA256SUMS': Buffer.from(sums),
    '/SHA256SUMS.gpg': signature,
  };
  const server = await aServer((request, response) => {
    const file = files[request.url ?? ''];
    if (!file) response.writeHead(404);
    response.end(file);
  });
  onTestFinished(server.close);
  const store = await openNetbootStore({ directory: join(aTempDir(), 'netboot') });
  onTestFinished(() => store.close());
  const [list, signed] = [`${server.url}/SHA256SUMS`, `${server.url}/SHA256SUMS.gpg`];
  const signedBy = { sums: list, signature: signed, keyring };
  return { server, fetch: () => store.ensure({ url: `${server.url}/vmlinuz`, sha256: SHA, signedBy }) };
}

const LIST = `${'ab'.repeat(32)}  initrd.gz\n${SHA}  vmlinuz\n`;

describe('a file that somebody must vouch for', () => {
  it('is fetched when the signed list names its digest', async () => {
    const { keyring, sign } = aSigner();
    const { fetch } = await aSite(LIST, sign(LIST), keyring);
    expect(await fetch()).toMatchObject({ sha256: SHA });
  });

  it.each<[string, string, (signer: ReturnType<typeof aSigner>) => Buffer, RegExp]>([
    [
      'a list that was changed after it was signed',
      LIST,
      ({ sign }) => sign(`${LIST}#\n`),
      /is not good: BAD signature/,
    ],
    [
      'a list that another key has signed',
      LIST,
      () => aSigner().sign(LIST),
      /is not good: Can't check signature: No public key/,
    ],
    ['a signature that is none', LIST, () => Buffer.from('hello'), /is not good: /],
    [
      'a signed list without the digest',
      'nothing\n',
      ({ sign }) => sign('nothing\n'),
      /is signed well, but does not name the SHA-256/,
    ],
  ])('is not even asked for with %s', async (_, sums, signature, message) => {
    const signer = aSigner();
    const { server, fetch } = await aSite(sums, signature(signer), signer.keyring);
    await expect(fetch()).rejects.toMatchObject({
      code: 'signature',
      message: expect.stringMatching(message),
    });
    expect(server.requests).not.toContain('GET /vmlinuz');
  });

  it('says that the keyring is not there, or the list', async () => {
    const { keyring, sign } = aSigner();
    const { fetch } = await aSite(LIST, sign(LIST), '/no/such/keyring.gpg');
    await expect(fetch()).rejects.toMatchObject({
      code: 'signature',
      message: 'the keyring /no/such/keyring.gpg cannot be read',
    });
    const other = await aSite(LIST, sign(LIST), keyring);
    await other.server.close();
    await expect(other.fetch()).rejects.toMatchObject({ code: 'unreachable' });
  });
});
