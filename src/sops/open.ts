/** An SOPS file opened in memory with age keys. Everything in it is verified before anything is handed out. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { SopsError } from './error.ts';
import { readSopsFile, type SopsFile, type SopsLeaf } from './read.ts';
import { isEncrypted, openValue } from './value.ts';

/** Values by where they stand (`users.0.password`); those that are not encrypted are null. */
export type Opened = ReadonlyMap<string, string | null>;

/** `identities` are age's secret keys. Rejects with SopsError; see its codes. */
export async function openSopsFile(text: string, identities: readonly string[]): Promise<Opened> {
  const file = readSopsFile(text);
  if (file.age.length === 0) throw new SopsError('foreign', 'is encrypted to no age key');
  const key = await dataKey(file, identities);
  const opened = new Map<string, string | null>();
  const digest = createHash('sha512');
  if (file.macOnlyEncrypted) digest.update(createHash('sha256').update('sops').digest());
  for (const leaf of file.leaves) {
    if (isEncrypted(leaf.value)) {
      const plain = openValue(leaf.value, key, leaf.bound, leaf.where);
      digest.update(plain);
      const text = plain.toString();
      opened.set(leaf.where, leaf.value.endsWith(',type:bool]') ? text.toLowerCase() : text);
    } else {
      if (!file.macOnlyEncrypted) digest.update(plainBytes(leaf));
      opened.set(leaf.where, leaf.value === '' ? '' : null);
    }
  }
  checkMac(file, key, digest.digest('hex').toUpperCase());
  return opened;
}

async function dataKey({ age }: SopsFile, identities: readonly string[]): Promise<Buffer> {
  if (identities.length === 0) throw new SopsError('no-key', 'is encrypted, and the daemon has no age key');
  const { Decrypter, armor } = await import('age-encryption');
  const decrypter = new Decrypter();
  try {
    for (const identity of identities) decrypter.addIdentity(identity);
  } catch {
    throw new SopsError('no-key', 'is encrypted, and what the daemon has as age keys are none');
  }
  for (const { enc } of age) {
    const key = await decrypter.decrypt(armor.decode(enc)).catch(() => null);
    if (key?.length === 32) return Buffer.from(key);
  }
  const recipients = age.map(({ recipient }) => recipient).join(', ');
  throw new SopsError('wrong-key', `is encrypted to other age keys than the daemon's: ${recipients}`);
}

/** Over all values in their order, so that none can be taken away, added or brought into another order. */
function checkMac({ mac, lastModified }: SopsFile, key: Buffer, found: string): void {
  if (!isEncrypted(mac)) throw new SopsError('tampered', 'has no MAC');
  const said = openValue(mac, key, lastModified, 'its MAC');
  const computed = Buffer.from(found);
  if (said.length !== computed.length || !timingSafeEqual(said, computed))
    throw new SopsError('tampered', 'does not fit its MAC: a value was added, changed, moved or removed');
}

/** As Go writes them for sops: `True`, digits, and floats without an exponent. */
function plainBytes({ value, where }: SopsLeaf): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
      if (Number.isFinite(value) && !String(value).includes('e')) return String(value);
      throw new SopsError('foreign', `has a number at ${where} that is not encrypted and not simple`);
    default:
      return '';
  }
}
