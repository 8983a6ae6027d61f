/** Runs skopeo with logins and authorities in files that only this user can read: never on its command line (promise 10). */

import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectionError } from './connection-error.ts';
import { RegistryError } from './errors.ts';
import { skopeoError } from './skopeo-error.ts';
import type { RegistryAccess } from './transport.ts';

export type SkopeoAccess = Pick<RegistryAccess, 'endpoint' | 'ca' | 'login'>;

export interface SkopeoProgram {
  /**
   * Resolves with its stdout. `args` are the verb and what belongs to it; `side` is put before the options of a registry
   * (`src-`, `dest-`, or nothing). Rejects with RegistryError, `what` in its message.
   */
  run(
    args: readonly string[],
    sides: readonly [side: string, access: SkopeoAccess][],
    what: string,
  ): Promise<Buffer>;
  close(): Promise<void>;
}

export interface SkopeoPlace {
  /** Made, and emptied, by this program. */
  directory: string;
  /** Of it, only the path and the proxies are passed on. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
}

const PASSED_ON = ['PATH', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
/** An index or a list of tags; bytes. */
const MOST_OUTPUT = 64 * 2 ** 20;
/** A registry that falls silent must not hold a look for ever; ms. */
const LONGEST = 6 * 3600_000;

/** `all` are the registries that it may be run against, each with a host of its own. */
export function createSkopeoProgram(
  { directory, env, signal }: SkopeoPlace,
  all: readonly SkopeoAccess[],
): SkopeoProgram {
  const [policy, authFile] = [join(directory, 'policy.json'), join(directory, 'auth.json')];
  let ready: Promise<void> | null = null;

  async function prepare(): Promise<void> {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const auths = all.flatMap(({ endpoint, login }) => {
      if (!login) return [];
      const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64');
      return [[skopeoHost(endpoint), { auth }]];
    });
    // What comes is held against its digest; signatures are not asked for.
    await write(policy, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }));
    await write(authFile, JSON.stringify({ auths: Object.fromEntries(auths) }));
    for (const { endpoint, ca } of all) {
      await mkdir(certificates(endpoint), { recursive: true, mode: 0o700 });
      if (ca !== undefined) await write(join(certificates(endpoint), 'ca.crt'), ca);
    }
  }

  function certificates(endpoint: string): string {
    return join(directory, 'certificates', new URL(endpoint).host.replaceAll(/[^\w.-]/g, '_'));
  }

  function optionsOf(side: string, { endpoint }: SkopeoAccess): string[] {
    return [
      ...[`--${side}authfile`, authFile, `--${side}cert-dir`, certificates(endpoint)],
      `--${side}tls-verify=${!endpoint.startsWith('http:')}`,
    ];
  }

  const own: NodeJS.ProcessEnv = { HOME: directory, TMPDIR: directory, XDG_RUNTIME_DIR: directory };
  for (const name of PASSED_ON) if (env[name] !== undefined) own[name] = env[name];

  return {
    async run([verb = '', ...rest], sides, what) {
      ready ??= prepare();
      await ready.catch((error: unknown) => {
        ready = null;
        throw connectionError(error, what, signal);
      });
      const options = sides.flatMap(([side, access]) => optionsOf(side, access));
      const args = ['--policy', policy, verb, ...options, ...rest];
      const settings = {
        env: own,
        signal,
        maxBuffer: MOST_OUTPUT,
        timeout: LONGEST,
        encoding: 'buffer',
      } as const;
      return new Promise((resolve, reject) => {
        execFile('skopeo', args, settings, (error, stdout, stderr) => {
          if (!error) resolve(stdout);
          else if (signal?.aborted) reject(new RegistryError('closed', `${what}: given up`));
          else if (error.code === 'ENOENT') reject(notInstalled(what));
          else reject(skopeoError(stderr.toString('utf8'), what));
        });
      });
    },
    async close() {
      await ready?.catch(() => {});
      ready = null;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** As skopeo wants it in names and in its file of logins. */
export function skopeoHost(endpoint: string): string {
  const { host } = new URL(endpoint);
  return host === 'registry-1.docker.io' ? 'docker.io' : host;
}

function write(file: string, text: string): Promise<void> {
  return writeFile(file, text, { mode: 0o600 });
}

function notInstalled(what: string): RegistryError {
  const hint = 'Install it (Debian: the package skopeo), or take `transport` of this registry out.';
  return new RegistryError('program', `${what}: skopeo is not installed on this machine`, { hint });
}
