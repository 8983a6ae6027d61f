/** One encrypted value: AES-256-GCM with an initialisation vector of 32 bytes, bound to where it stands. */

import { createDecipheriv } from 'node:crypto';
import { SopsError } from './error.ts';

const ENCRYPTED =
  /^ENC\[AES256_GCM,data:([A-Za-z0-9+/]*={0,2}),iv:([A-Za-z0-9+/]+={0,2}),tag:([A-Za-z0-9+/]+={0,2}),type:([a-z0-9]+)\]$/;

export function isEncrypted(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('ENC[AES256_GCM,');
}

/**
 * The plain bytes, as sops writes numbers and truth values too (`True`). Throws SopsError 'tampered' where the key does not
 * open it at this place; `where` is for the message.
 */
export function openValue(value: string, key: Buffer, bound: string, where: string): Buffer {
  const [, data, iv, tag] = ENCRYPTED.exec(value) ?? [];
  if (data === undefined || iv === undefined || tag === undefined)
    throw new SopsError('tampered', `${where} is not a whole encrypted value`);
  const bytes = (text: string) => Buffer.from(text, 'base64');
  try {
    // Without `authTagLength` shorter tags would be taken, which are easier to forge.
    const cipher = createDecipheriv('aes-256-gcm', key, bytes(iv), { authTagLength: 16 });
    cipher.setAAD(Buffer.from(bound));
    cipher.setAuthTag(bytes(tag));
    return Buffer.concat([cipher.update(bytes(data)), cipher.final()]);
  } catch {
    throw new SopsError('tampered', `${where} was changed, or moved there from another place`);
  }
}
