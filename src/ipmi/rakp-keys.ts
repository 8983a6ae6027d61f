/** The codes and keys of the RAKP exchange (IPMI 2.0 §13.31, §13.32). Without a BMC key (Kg) the password stands in for it. */

import { createHmac, createSecretKey, type Hmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { CipherSuite } from './cipher-suite.ts';
import type { SessionKeys } from './session.ts';

/** What both ends know after RAKP 2. Random numbers and GUID have 16 bytes. */
export interface Exchange {
  consoleId: number;
  bmcId: number;
  consoleRandom: Buffer;
  bmcRandom: Buffer;
  guid: Buffer;
  /** As sent in RAKP 1, flags included. */
  role: number;
  username: Buffer;
}

/** A password or a key. What is used again is better a KeyObject: turning bytes into one costs as much as the hash. */
export type Secret = KeyObject | Buffer;

/** Code of RAKP 2: the BMC shows that it knows the password. */
export function rakp2Code(suite: CipherSuite, password: Secret, exchange: Exchange): Buffer {
  return keyedHash(suite, password)
    .update(ids(exchange.consoleId, exchange.bmcId))
    .update(exchange.consoleRandom)
    .update(exchange.bmcRandom)
    .update(exchange.guid)
    .update(identity(exchange))
    .digest();
}

/** Code of RAKP 3: the console shows that it knows the password. */
export function rakp3Code(suite: CipherSuite, password: Secret, exchange: Exchange): Buffer {
  return keyedHash(suite, password)
    .update(exchange.bmcRandom)
    .update(ids(exchange.consoleId))
    .update(identity(exchange))
    .digest();
}

/** Session integrity key, of which the other keys are made. */
export function sessionIntegrityKey(suite: CipherSuite, password: Secret, exchange: Exchange): Buffer {
  return keyedHash(suite, password)
    .update(exchange.consoleRandom)
    .update(exchange.bmcRandom)
    .update(identity(exchange))
    .digest();
}

/** Code of RAKP 4: the BMC shows that it has the same session key. Cut to the suite's short length. */
export function rakp4Code(suite: CipherSuite, sik: Secret, exchange: Exchange): Buffer {
  return keyedHash(suite, sik)
    .update(exchange.consoleRandom)
    .update(ids(exchange.bmcId))
    .update(exchange.guid)
    .digest()
    .subarray(0, suite.shortCodeLength);
}

export function sessionKeys(suite: CipherSuite, sik: Secret): SessionKeys {
  return {
    suite,
    integrity: createSecretKey(keyedHash(suite, sik).update(CONSTANT_1).digest()),
    cipher: createSecretKey(keyedHash(suite, sik).update(CONSTANT_2).digest().subarray(0, 16)),
  };
}

/** Compares in constant time; lengths that differ are simply unequal. */
export function sameCode(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Node 24 finds out with two exceptions that bytes are no key: three times the cost of the hash itself. */
function keyedHash({ hash }: CipherSuite, secret: Secret): Hmac {
  return createHmac(hash, Buffer.isBuffer(secret) ? createSecretKey(secret) : secret);
}

/** 20 bytes for SHA-256 too: the constants did not grow with the hash. */
const CONSTANT_1 = Buffer.alloc(20, 0x01);
const CONSTANT_2 = Buffer.alloc(20, 0x02);

function ids(...values: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(4 * values.length);
  values.forEach((value, index) => {
    bytes.writeUInt32LE(value, 4 * index);
  });
  return bytes;
}

function identity({ role, username }: Exchange): Buffer {
  return Buffer.concat([Buffer.from([role, username.length]), username]);
}
