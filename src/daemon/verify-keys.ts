/** Keys from outside Git: a file, or every `*.asc` and `*.pub` of a directory. */

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { SignerKey } from '../model/signer.ts';
import { parseSshSigners } from '../model/ssh-signers.ts';

/** Rejects with what is wrong and where; a place without a key is wrong, for it would let nothing through. */
export async function readVerifyKeys(place: string): Promise<SignerKey[]> {
  const files = await keyFiles(place);
  if (files.length === 0) throw new Error(`--verify-keys ${place}: there is no *.asc or *.pub in it`);
  return Promise.all(files.map(readKey));
}

async function keyFiles(place: string): Promise<string[]> {
  try {
    if (!(await stat(place)).isDirectory()) return [place];
    const names = (await readdir(place)).filter((name) => /\.(?:asc|pub)$/.test(name));
    return names.sort().map((name) => join(place, name));
  } catch (error) {
    throw new Error(
      `--verify-keys ${place} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

async function readKey(file: string): Promise<SignerKey> {
  const text = await readFile(file, 'utf8');
  const name = basename(file, extname(file));
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY/m.test(text))
    throw new Error(`--verify-keys: ${file} is a private key`);
  if (/^-----BEGIN PGP PUBLIC KEY BLOCK-----$/m.test(text)) return { name, kind: 'openpgp', text };
  const { signers, mistakes } = parseSshSigners(text);
  if (signers.length > 0 && mistakes.length === 0) return { name, kind: 'ssh', text };
  const wrong = mistakes.map(({ line, message }) => `line ${line} ${message}`).join('; ');
  throw new Error(
    `--verify-keys: ${file} has no public key, of OpenPGP (armored) or SSH${wrong && `: ${wrong}`}`,
  );
}
