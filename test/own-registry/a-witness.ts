import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aTempDir } from '../builders/temp-dir.ts';

const run = promisify(execFile);

export interface Login {
  username: string;
  password: string;
}

/** skopeo with one account and one directory of authorities: it shares no code with barewright. */
export function aWitness(place: string, { username, password }: Login, certDir: string) {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const file = join(aTempDir(), 'auth.json');
  writeFileSync(file, JSON.stringify({ auths: { [place]: { auth } } }));
  return aWitnessWith(file, certDir);
}

/** With logins and authorities as they lie in files. */
export function aWitnessWith(authFile: string, certDir: string) {
  const folder = aTempDir();
  const policy = join(folder, 'policy.json');
  writeFileSync(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
  mkdirSync(join(folder, 'tmp'));
  // Clients take a key in that directory for one of theirs; so they get the authority alone.
  const trusted = join(folder, 'certs');
  mkdirSync(trusted);
  const env = { ...process.env, REGISTRY_AUTH_FILE: authFile, TMPDIR: join(folder, 'tmp') };

  async function skopeo(...args: string[]): Promise<string> {
    await run('cp', [join(certDir, 'ca.crt'), join(trusted, 'ca.crt')]);
    const { stdout } = await run('skopeo', ['--policy', policy, ...args], { env, maxBuffer: 2 ** 26 });
    return stdout;
  }

  return {
    async digest(image: string): Promise<string> {
      const raw = await skopeo('inspect', '--raw', '--cert-dir', trusted, image);
      return `sha256:${createHash('sha256').update(raw).digest('hex')}`;
    },
    copy: (from: string, to: string) =>
      skopeo(
        ...['copy', '--quiet', '--all', '--preserve-digests'],
        ...['--src-cert-dir', trusted, '--dest-cert-dir', trusted, from, to],
      ),
    remove: (image: string) => skopeo('delete', '--cert-dir', trusted, image),
  };
}
