/** Whether somebody whose key is on a ring vouches for a digest, as gpgv judges it. */

import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { SignatureSpec } from '../model/site.ts';
import { NetbootError } from './errors.ts';

/** Rejects with NetbootError `signature` when the list does not name the digest, or its signature is not good. */
export async function expectSigned(
  { sums, signature, keyring }: SignatureSpec,
  sha256: string,
  fetch: (url: string) => Promise<Buffer>,
): Promise<void> {
  await access(keyring).catch(() => {
    throw new NetbootError('signature', `the keyring ${keyring} cannot be read`);
  });
  const [list, signed] = await Promise.all([fetch(sums), fetch(signature)]);
  await judge(list, signed, keyring, signature);
  const named = list.toString('latin1').split('\n');
  if (named.some((line) => line.toLowerCase().startsWith(`${sha256} `))) return;
  throw new NetbootError('signature', `${sums} is signed well, but does not name the SHA-256 ${sha256}`);
}

async function judge(list: Buffer, signed: Buffer, keyring: string, from: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'barewright-signature-'));
  try {
    const [text, signature] = [join(folder, 'sums'), join(folder, 'signature')];
    await writeFile(text, list);
    await writeFile(signature, signed);
    await execa('gpgv', ['--homedir', folder, '--keyring', keyring, signature, text], {
      env: { LC_ALL: 'C' },
      timeout: 30_000,
    });
  } catch (error) {
    throw new NetbootError('signature', `the signature ${from} is not good: ${sayGpgv(error)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `gpgv: Can't check signature: No public key` → the last sentence. */
function sayGpgv(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gpgv is not installed';
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  return (
    said
      .split('\n')
      .at(-1)
      ?.replace(/^gpgv: /, '') || 'gpgv failed'
  );
}
