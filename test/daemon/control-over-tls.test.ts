/** The control plane as a daemon opens it for other machines: asked by curl and OpenSSL, with certificates that OpenSSL made. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ControlFile } from '../../src/model/api.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { cli } from '../cli/a-context.ts';
import { aScene, untilTrue } from '../promises/scene.ts';

const NAME = 'rack.example.org';
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];

/** Certificates in a folder, as people make them. */
function anOffice() {
  const folder = aTempDir();
  const at = (name: string) => join(folder, name);
  const request = (name: string, ...more: string[]) =>
    execa('openssl', [
      ...['req', '-x509', ...EC, '-keyout', at(`${name}.key`), '-out', at(`${name}.crt`)],
      ...['-subj', `/CN=${name}`, ...more],
    ]);
  const names = ['-addext', `subjectAltName=DNS:${NAME},IP:127.0.0.1`];
  const by = ['-CA', at('site-ca.crt'), '-CAkey', at('site-ca.key')];
  return {
    at,
    authority: () => request('site-ca', '-addext', 'keyUsage=critical,keyCertSign'),
    signedByItself: () => request('tls', ...names),
    signedBySite: () => request('tls', ...names, ...by, '-addext', 'basicConstraints=critical,CA:FALSE'),
  };
}

async function aDaemon(office: ReturnType<typeof anOffice>) {
  const scene = await aScene({
    count: 1,
    settings: {
      controlListen: { host: '0.0.0.0', port: 0 },
      controlTls: { certFile: office.at('tls.crt'), keyFile: office.at('tls.key') },
    },
  });
  onTestFinished(scene.close);
  const control = () => JSON.parse(readFileSync(join(scene.dataDir, 'control.json'), 'utf8')) as ControlFile;
  const { port } = new URL(control().url);
  const curl = (...args: string[]) =>
    execa('curl', ['-sS', '--max-time', '60', '--resolve', `${NAME}:${port}:127.0.0.1`, ...args], {
      reject: false,
      env: { CURL_CA_BUNDLE: '', SSL_CERT_FILE: '' },
    });
  const handshake = (...args: string[]) =>
    execa('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', NAME, ...args], {
      ...{ input: '', reject: false },
    });
  return { scene, control, port, curl, handshake, url: `https://${NAME}:${port}` };
}

describe('a daemon for other machines', () => {
  it('is not started without TLS, nor with files that do not fit', async () => {
    const open = { controlListen: { host: '0.0.0.0', port: 0 } };
    await expect(aScene({ count: 1, settings: open })).rejects.toThrow(
      'is not opened on 0.0.0.0 without TLS: give --tls-cert and --tls-key',
    );
    const office = anOffice();
    const controlTls = { certFile: office.at('tls.crt'), keyFile: office.at('tls.key') };
    await expect(aScene({ count: 1, settings: { ...open, controlTls } })).rejects.toThrow(
      office.at('tls.crt'),
    );
    await office.authority();
    await office.signedByItself();
    const strange = { certFile: office.at('tls.crt'), keyFile: office.at('site-ca.key') };
    await expect(aScene({ count: 1, settings: { ...open, controlTls: strange } })).rejects.toThrow(
      `the key in ${office.at('site-ca.key')} is not that of the certificate`,
    );
  });

  it('with a certificate of its own: trusted by it alone, by its names alone, in no older protocol, never in the clear', async () => {
    const office = anOffice();
    await office.signedByItself();
    const { scene, control, port, curl, handshake, url } = await aDaemon(office);
    const trusting = ['--cacert', office.at('tls.crt')];
    expect(scene.daemon().url).toBe(url);
    expect((await curl(...trusting, `${url}/healthz`)).stdout).toBe('{"ok":true}');

    // 60: the certificate is not trusted; 52, 56: no answer, a broken one.
    expect((await curl(`${url}/healthz`)).exitCode).toBe(60);
    expect((await curl(...trusting, `https://localhost:${port}/healthz`)).exitCode).toBe(60);
    expect([52, 56]).toContain((await curl(`http://${NAME}:${port}/healthz`)).exitCode);
    const lured = await curl(...trusting, '-H', 'Host: evil.example', `${url}/healthz`);
    expect(lured.stdout).toContain('this address is not served here');

    expect((await handshake('-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0')).exitCode).toBe(1);
    for (const version of ['-tls1_2', '-tls1_3']) {
      const { exitCode, stdout } = await handshake(version, '-CAfile', office.at('tls.crt'));
      expect([version, exitCode, stdout.includes('Verify return code: 0 (ok)')]).toEqual([version, 0, true]);
    }

    // Who can read the data directory needs no trust of his own.
    expect(control().certificate?.trim()).toBe(readFileSync(office.at('tls.crt'), 'utf8').trim());
    const status = await cli(['status', '--data', scene.dataDir]);
    expect([status.code, status.stderr]).toEqual([0, '']);
  });

  it('with a certificate of the site’s authority: people get in by their tokens, and the next one is served without a restart', async () => {
    const office = anOffice();
    await office.authority();
    await office.signedBySite();
    const { scene, control, curl, handshake, url } = await aDaemon(office);
    const trusting = ['--cacert', office.at('site-ca.crt')];
    const code = async (path: string, ...more: string[]) =>
      (await curl(...trusting, '-o', '/dev/null', '-w', '%{http_code}', ...more, `${url}${path}`)).stdout;

    // By another name than one of loopback, and without access in the site: to nobody.
    expect([await code('/healthz'), await code('/api/v1/nodes')]).toEqual(['200', '401']);
    const made = await cli(['token', 'create', 'vera', '--role', 'viewer']);
    const token = made.stdout.trim();
    const hash = /sha256:[0-9a-f]{64}/.exec(`${made.stdout}${made.stderr}`)?.[0];
    const file = 'inventory/site.yaml';
    const site = readFileSync(join(scene.repository, file), 'utf8');
    const access = `  access: { tokens: [{ name: vera, role: viewer, hash: "${hash}" }] }\n`;
    scene.writeIn(file, site.replace('  credentials:\n', `${access}  credentials:\n`));
    await scene.commitAll('vera may look');
    const bearer = ['-H', `Authorization: Bearer ${token}`];
    await expect.poll(() => code('/api/v1/nodes', ...bearer), { timeout: 60_000 }).toBe('200');
    expect(await code('/api/v1/reconcile', ...bearer, '-X', 'POST')).toBe('403');
    expect(await code('/api/v1/nodes', '-H', 'Authorization: Bearer nonsense')).toBe('401');

    const shown = async () => {
      const { stdout } = await handshake('-CAfile', office.at('site-ca.crt'));
      return /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(stdout)?.[0];
    };
    const before = await shown();
    expect(before).toBe(readFileSync(office.at('tls.crt'), 'utf8').trim());
    await office.signedBySite();
    const next = readFileSync(office.at('tls.crt'), 'utf8').trim();
    expect(next).not.toBe(before);
    await expect.poll(shown, { timeout: 60_000, interval: 500 }).toBe(next);
    await untilTrue(
      () => control().certificate?.trim() === next,
      () => 'the command line is told of the old certificate',
    );
    expect(await code('/api/v1/nodes', ...bearer)).toBe('200');
    expect((await cli(['status', '--data', scene.dataDir])).code).toBe(0);
  });
});
