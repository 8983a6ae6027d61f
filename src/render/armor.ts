/** OpenPGP's ASCII armor (RFC 9580 §6): the binary form that gpgv reads. */

import { RenderError } from './text.ts';

/** The packets of one armored block. The checksum is not needed: whoever could change the key could change that too. */
export function dearmor(where: string, text: string): Uint8Array {
  const [, inside] =
    /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n([\s\S]*?)-----END PGP PUBLIC KEY BLOCK-----/.exec(text) ?? [];
  const lines = inside?.split(/\r?\n/) ?? [];
  const body = lines.filter((line) => /^[A-Za-z0-9+/]+={0,2}$/.test(line)).join('');
  if (body === '') throw new RenderError(where, 'no armored OpenPGP public key');
  return new Uint8Array(Buffer.from(body, 'base64'));
}
