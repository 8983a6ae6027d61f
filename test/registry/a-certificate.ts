import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  certFile: string;
  keyFile: string;
  /** PEM; signed by itself, so it is its own authority. */
  pem: string;
}

/** A certificate for 127.0.0.1, made by OpenSSL. Its key lies in a folder of its own below: clients take one beside it for theirs. */
export function aCertificate(folder: string, name = 'server'): Certificate {
  const [certFile, keyFile] = [join(folder, `${name}.crt`), join(folder, 'private', `${name}.key`)];
  mkdirSync(join(folder, 'private'), { recursive: true });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  const files = ['-keyout', keyFile, '-out', certFile];
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, ...files], { stdio: 'pipe' });
  return { certFile, keyFile, pem: readFileSync(certFile, 'utf8') };
}
