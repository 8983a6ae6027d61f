/** The certificate of the control plane: read, judged, and read again when its files change. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { repeat } from './loops.ts';

export interface TlsFiles {
  certFile: string;
  keyFile: string;
}

export interface ControlTls {
  /** PEM. */
  identity(): { cert: string; key: string };
  /** PEM of the server's own certificate, without those that vouch for it. */
  leaf(): string;
  /** The first name it bears; null for one of addresses only. */
  name(): string | null;
  /** Whether it bears this name or address. */
  isFor(host: string): boolean;
  /** Has the server use what the files hold by then. What cannot be used leaves the old in place. */
  follow(
    server: Pick<TlsServer, 'setSecureContext'>,
    onChange: () => Promise<void>,
  ): { close(): Promise<void> };
}

const LOOK = 10_000;

/** Rejects where the files cannot be read, or do not belong together. */
export async function openControlTls(
  files: TlsFiles,
  onError: (error: unknown) => void,
  interval = LOOK,
): Promise<ControlTls> {
  let now = await readIdentity(files);
  let said = '';

  async function look(server: Pick<TlsServer, 'setSecureContext'>, onChange: () => Promise<void>) {
    try {
      const next = await readIdentity(files);
      said = '';
      if (next.cert === now.cert && next.key === now.key) return;
      server.setSecureContext({ cert: next.cert, key: next.key });
      now = next;
    } catch (error) {
      // While one of the two files has been replaced they do not fit; and a mistake is said once.
      const { message } = error as Error;
      if (message !== said) onError(error);
      said = message;
      return;
    }
    await onChange();
  }

  return {
    identity: () => now,
    leaf: () => `${now.certificate}`,
    name: () => /(?:^|, )DNS:([^,*]+)/.exec(now.certificate.subjectAltName ?? '')?.[1] ?? null,
    isFor: (host) =>
      (isIP(host) > 0 ? now.certificate.checkIP(host) : now.certificate.checkHost(host)) !== undefined,
    follow: (server, onChange) =>
      repeat(
        () => look(server, onChange),
        () => interval,
        onError,
      ),
  };
}

async function readIdentity({ certFile, keyFile }: TlsFiles) {
  const [cert, key] = await Promise.all([certFile, keyFile].map((file) => readFile(file, 'utf8')));
  if (cert === undefined || key === undefined) throw new Error('not read');
  const certificate = parse(certFile, () => new X509Certificate(cert));
  const privateKey = parse(keyFile, () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey))
    throw new Error(`the key in ${keyFile} is not that of the certificate in ${certFile}`);
  return { cert, key, certificate };
}

function parse<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${file} holds no PEM that can be used: ${(error as Error).message}`);
  }
}
