/** The site's certificate authority and the registry's certificate: made when they are not there, kept on disk. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { type KeyPair, makeAuthority, makeServer } from './certificate.ts';
import { OwnRegistryError } from './error.ts';
import { readIfThere, writePrivate } from './private-file.ts';

export interface ServerIdentity {
  /** PEM of the authority that vouches for the server: what clients are to trust. */
  ca: string;
  server: KeyPair;
  certificateFile: string;
  keyFile: string;
  /** When it is to be looked at again, for then it is made anew; ms since the epoch. */
  renewAt: number;
}

const DAY = 24 * 3600_000;
const AUTHORITY_DAYS = 3650;
/** Under the 398 days that browsers and others accept. */
const SERVER_DAYS = 365;
const RENEWED_BEFORE = 60 * DAY;

const CA_FILE = 'ca.crt';

export function serverFiles(directory: string): { certificateFile: string; keyFile: string } {
  return { certificateFile: join(directory, 'server.crt'), keyFile: join(directory, 'server.key') };
}

/**
 * Those of `directory`, for a server at `hosts`. An authority is never replaced: nodes trust it. Rejects with an
 * OwnRegistryError `certificate` when what is there does not fit together.
 */
export async function openAuthority(
  directory: string,
  site: string,
  hosts: readonly string[],
  now: number,
): Promise<ServerIdentity> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const authority =
    (await loadAuthority(directory)) ??
    (await store(
      directory,
      'ca',
      makeAuthority(`${site} barewright CA`, { from: now, until: now + AUTHORITY_DAYS * DAY }),
    ));
  let server = await load(directory, 'server');
  if (!server || !serves(server, authority, hosts, now)) {
    const validity = { from: now, until: now + SERVER_DAYS * DAY };
    server = await store(directory, 'server', makeServer(hosts, validity, authority));
  }
  return {
    ca: authority.certificate,
    server,
    ...serverFiles(directory),
    renewAt: Date.parse(new X509Certificate(server.certificate).validTo) - RENEWED_BEFORE,
  };
}

/** One that the site brings along, put where the registry reads it. */
export async function keepGiven(directory: string, ca: string, given: KeyPair): Promise<ServerIdentity> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (!fits(given)) {
    throw new OwnRegistryError('certificate', 'the key of `serve.key` is not that of `serve.certificate`');
  }
  const server = await store(directory, 'server', given);
  return { ca, server, ...serverFiles(directory), renewAt: Number.POSITIVE_INFINITY };
}

/** Null before there is one. */
async function loadAuthority(directory: string): Promise<KeyPair | null> {
  const authority = await load(directory, 'ca');
  // The key is written first: without a certificate nobody trusts it yet.
  if (authority || (await readIfThere(join(directory, CA_FILE))) === null) return authority;
  const where = `${join(directory, CA_FILE)} and ca.key`;
  const hint = 'put the key back; or take both away, and nodes are to be told of a new authority';
  throw new OwnRegistryError('certificate', `${where} do not belong together: ${hint}`);
}

/** Null where they are not both there, or do not fit. */
async function load(directory: string, name: string): Promise<KeyPair | null> {
  const [certificate, key] = await Promise.all([
    readIfThere(join(directory, `${name}.crt`)),
    readIfThere(join(directory, `${name}.key`)),
  ]);
  const pair = certificate === null || key === null ? null : { certificate, key };
  return pair && fits(pair) ? pair : null;
}

async function store(directory: string, name: string, pair: KeyPair): Promise<KeyPair> {
  await writePrivate(join(directory, `${name}.key`), pair.key);
  await writePrivate(join(directory, `${name}.crt`), pair.certificate);
  return pair;
}

function fits({ certificate, key }: KeyPair): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function serves(
  { certificate }: KeyPair,
  authority: KeyPair,
  hosts: readonly string[],
  now: number,
): boolean {
  const cert = new X509Certificate(certificate);
  const isOurs = cert.verify(new X509Certificate(authority.certificate).publicKey);
  const covers = (host: string) => (isIP(host) ? cert.checkIP(host) : cert.checkHost(host)) !== undefined;
  return isOurs && hosts.every(covers) && Date.parse(cert.validTo) - now > RENEWED_BEFORE;
}
