import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aTempDir } from '../builders/temp-dir.ts';
import { type ARegistry, LOGIN } from './a-registry.ts';

const run = promisify(execFile);

/** The independent witness: it shares no code with the client. */
export function aSkopeo() {
  const folder = aTempDir();
  const [policy, authFile] = [join(folder, 'policy.json'), join(folder, 'auth.json')];
  writeFileSync(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
  const auths: Record<string, { auth: string }> = {};
  const certs = new Map<string, string>();
  mkdirSync(join(folder, 'tmp'));

  async function skopeo(...args: string[]): Promise<string> {
    writeFileSync(authFile, JSON.stringify({ auths }));
    const env = { ...process.env, REGISTRY_AUTH_FILE: authFile, TMPDIR: join(folder, 'tmp') };
    const { stdout } = await run('skopeo', ['--policy', policy, ...args], { env, maxBuffer: 2 ** 26 });
    return stdout;
  }

  return {
    know({ host, certDir }: ARegistry): void {
      auths[host] = { auth: Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64') };
      if (certDir !== null) certs.set(host, certDir);
    },
    /** The manifest's bytes as the registry hands them out. */
    raw: (image: string) =>
      skopeo('inspect', '--raw', ...certOption('--cert-dir', image), `docker://${image}`),
    /** All of an image, index and all; `oci:dir:tag` or `docker://…` on either side. */
    copy: (from: string, to: string) =>
      skopeo(
        'copy',
        ...['--quiet', '--all', '--preserve-digests'],
        ...[...certOption('--src-cert-dir', from), ...certOption('--dest-cert-dir', to), from, to],
      ),
  };

  function certOption(option: string, image: string): string[] {
    const host = /^(?:docker:\/\/)?([^/]+:\d+)\//.exec(image)?.[1];
    const dir = host && certs.get(host);
    return dir ? [option, dir] : [];
  }
}
