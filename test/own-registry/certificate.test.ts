import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepGiven, openAuthority } from '../../src/own-registry/authority.ts';
import { makeAuthority, makeServer } from '../../src/own-registry/certificate.ts';
import { aTempDir } from '../builders/temp-dir.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const DAY = 24 * 3600_000;
const HOSTS = ['10.77.0.1', 'karoo.example.org', 'fd77::1', '::ffff:10.0.0.1'];

function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** As the independent witness sees it at a time. */
function verify(directory: string, at: number, ...more: string[]): string {
  const strict = ['-x509_strict', '-attime', `${at / 1000}`, '-CAfile', join(directory, 'ca.crt')];
  return openssl('verify', ...strict, ...more, join(directory, 'server.crt'));
}

describe('the authority of a site', () => {
  it('vouches for the registry at each of its names and addresses, to OpenSSL at its strictest', async () => {
    const directory = join(aTempDir(), 'registry');
    await openAuthority(directory, 'karoo', HOSTS, NOW);
    for (const option of [
      '-verify_ip 10.77.0.1',
      '-verify_hostname karoo.example.org',
      '-verify_ip fd77::1',
    ]) {
      expect(verify(directory, NOW + DAY, '-purpose', 'sslserver', ...option.split(' '))).toMatch(/: OK$/m);
    }
    expect(() => verify(directory, NOW + DAY, '-verify_ip', '10.77.0.2')).toThrow(/IP address mismatch/);
    expect(() => verify(directory, NOW + 366 * DAY)).toThrow(/expired/);
    const text = openssl('x509', '-noout', '-text', '-in', join(directory, 'server.crt'));
    expect(text).toContain(
      'IP Address:10.77.0.1, DNS:karoo.example.org, IP Address:FD77:0:0:0:0:0:0:1, IP Address:0:0:0:0:0:FFFF:A00:1',
    );
    expect(text).toMatch(/CA:FALSE[\s\S]*Digital Signature[\s\S]*TLS Web Server Authentication/);
    const authority = openssl('x509', '-noout', '-text', '-in', join(directory, 'ca.crt'));
    expect(authority).toMatch(/Subject: CN = karoo barewright CA/);
    expect(authority).toMatch(/critical\s+CA:TRUE, pathlen:0[\s\S]*critical\s+Certificate Sign, CRL Sign/);
  });

  it('promise 10: keeps keys to the owner of the directory', async () => {
    const directory = join(aTempDir(), 'registry');
    await openAuthority(directory, 'karoo', HOSTS, NOW);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(directory))
      expect(statSync(join(directory, name)).mode & 0o777, name).toBe(0o600);
    expect(readdirSync(directory).sort()).toEqual(['ca.crt', 'ca.key', 'server.crt', 'server.key']);
  });

  it('stays the same for ever, and its certificates are made anew in time or for other names', async () => {
    const directory = join(aTempDir(), 'registry');
    const first = await openAuthority(directory, 'karoo', HOSTS, NOW);
    const same = await openAuthority(directory, 'karoo', HOSTS, NOW + 300 * DAY);
    expect(same).toEqual(first);
    expect(first.renewAt).toBe(NOW + 305 * DAY);
    const later = await openAuthority(directory, 'karoo', HOSTS, NOW + 306 * DAY);
    expect(later.ca).toBe(first.ca);
    expect(later.server).not.toEqual(first.server);
    expect(verify(directory, NOW + 366 * DAY)).toMatch(/OK/);
    const moved = await openAuthority(directory, 'karoo', ['10.77.0.9'], NOW + 307 * DAY);
    expect(moved.ca).toBe(first.ca);
    expect(new X509Certificate(moved.server.certificate).checkIP('10.77.0.9')).toBe('10.77.0.9');
  });

  it('is not replaced behind anybody’s back when its key is lost', async () => {
    const directory = join(aTempDir(), 'registry');
    await openAuthority(directory, 'karoo', HOSTS, NOW);
    rmSync(join(directory, 'ca.key'));
    await expect(openAuthority(directory, 'karoo', HOSTS, NOW)).rejects.toMatchObject({
      code: 'certificate',
      message: expect.stringMatching(
        /ca\.crt and ca\.key do not belong together: put the key back; or take both away/,
      ),
    });
  });

  it('makes what a crash left half done anew', async () => {
    const directory = join(aTempDir(), 'registry');
    const first = await openAuthority(directory, 'karoo', HOSTS, NOW);
    const other = makeServer(
      HOSTS,
      { from: NOW, until: NOW + DAY },
      makeAuthority('other', { from: NOW, until: NOW + DAY }),
    );
    writeFileSync(join(directory, 'server.key'), other.key);
    const again = await openAuthority(directory, 'karoo', HOSTS, NOW);
    expect(again.ca).toBe(first.ca);
    expect(verify(directory, NOW + DAY)).toMatch(/OK/);
  });

  it('may be the site’s own, when its key fits', async () => {
    const directory = join(aTempDir(), 'registry');
    const authority = makeAuthority('own', { from: NOW, until: NOW + DAY });
    const [one, two] = [1, 2].map(() => makeServer(['karoo'], { from: NOW, until: NOW + DAY }, authority));
    const { certificate = '', key = '' } = { ...one };
    const kept = await keepGiven(directory, authority.certificate, { certificate, key });
    expect(kept.ca).toBe(authority.certificate);
    expect(readFileSync(kept.keyFile, 'utf8')).toBe(key);
    await expect(
      keepGiven(directory, authority.certificate, { certificate, key: two?.key ?? '' }),
    ).rejects.toMatchObject({ code: 'certificate' });
  });

  it('writes times after 2049 as RFC 5280 wants them', () => {
    const { certificate } = makeAuthority('far', { from: NOW, until: Date.parse('2060-01-02T03:04:05Z') });
    expect(new X509Certificate(certificate).validTo).toBe('Jan  2 03:04:05 2060 GMT');
  });
});
