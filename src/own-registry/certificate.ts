/**
 * X.509 certificates (RFC 5280) over keys of P-256, signed with SHA-256: an authority, what it vouches for, and the
 * certificate by which a registry knows who signs tokens. Made here, so that no key passes through another program.
 */

import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { isIP } from 'node:net';
import { bits, boolean, der, integer, octets, oid, sequence, set, tagged, time, utf8 } from './der.ts';

/** Both PEM; the key as PKCS #8. */
export interface KeyPair {
  certificate: string;
  key: string;
}

export interface Validity {
  /** ms since the epoch. */
  from: number;
  until: number;
}

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
/** Clocks of machines that have just been installed may be behind. */
const EARLIER = 24 * 3600_000;

/** An authority of its own, that may sign servers and no further authorities. */
export function makeAuthority(name: string, validity: Validity): KeyPair {
  return make({ name, validity, extensions: [basicConstraints(true), keyUsage(0x06, 1)] });
}

/** For servers at these host names and addresses. `authority` signs it. */
export function makeServer(hosts: readonly string[], validity: Validity, authority: KeyPair): KeyPair {
  const [name = ''] = hosts;
  const serverAuth = extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1')));
  const extensions = [basicConstraints(false), keyUsage(0x80, 7), serverAuth, alternativeNames(hosts)];
  return make({ name, validity, extensions, authority });
}

/** Signed by itself; it vouches for nothing but signatures. */
export function makeSigner(name: string, validity: Validity): KeyPair {
  return make({ name, validity, extensions: [basicConstraints(false), keyUsage(0x80, 7)] });
}

interface Wish {
  name: string;
  validity: Validity;
  extensions: readonly Buffer[];
  /** Without one, it signs itself. */
  authority?: KeyPair;
}

function make({ name, validity, extensions, authority }: Wish): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const info = publicKey.export({ type: 'spki', format: 'der' });
  const signer = authority ? createPrivateKey(authority.key) : privateKey;
  const issuer = authority ? commonName(authority.certificate) : name;
  const own = keyId(info);
  const theirs = authority ? keyId(spkiOf(authority.certificate)) : own;
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    ECDSA_SHA256,
    distinguished(issuer),
    sequence(time(validity.from - EARLIER), time(validity.until)),
    distinguished(name),
    info,
    tagged(
      3,
      sequence(
        ...extensions,
        extension('2.5.29.14', false, octets(own)),
        extension('2.5.29.35', false, sequence(der(0x80, theirs))),
      ),
    ),
  );
  const signature = sign('sha256', body, signer);
  const certificate = pem('CERTIFICATE', sequence(body, ECDSA_SHA256, bits(signature)));
  return { certificate, key: `${privateKey.export({ type: 'pkcs8', format: 'pem' })}` };
}

/** 127 random bits, never zero (RFC 5280 §4.1.2.2). */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

/** Any number that is one key's alone will do (RFC 7093 §2, method 1, over the whole key). */
function keyId(info: Buffer): Buffer {
  return createHash('sha256').update(info).digest().subarray(0, 20);
}

function distinguished(name: string): Buffer {
  return sequence(set(sequence(oid('2.5.4.3'), utf8(name))));
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(isCritical ? [boolean(true)] : []), octets(value));
}

function basicConstraints(isAuthority: boolean): Buffer {
  const value = isAuthority ? sequence(boolean(true), integer(Buffer.from([0]))) : sequence();
  return extension('2.5.29.19', true, value);
}

/** Bits from the left: digitalSignature is the first, keyCertSign and cRLSign are the sixth and seventh. */
function keyUsage(usages: number, unused: number): Buffer {
  return extension('2.5.29.15', true, bits(Buffer.from([usages]), unused));
}

function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    isIP(host) ? der(0x87, addressBytes(host)) : der(0x82, Buffer.from(host)),
  );
  return extension('2.5.29.17', false, sequence(...names));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  // The URL parser writes it without `::` shortened away only where groups are not zero.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const all = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function commonName(certificate: string): string {
  return /^CN=(.*)$/m.exec(new X509Certificate(certificate).subject)?.[1] ?? '';
}

function spkiOf(certificate: string): Buffer {
  const key: KeyObject = new X509Certificate(certificate).publicKey;
  return key.export({ type: 'spki', format: 'der' });
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
