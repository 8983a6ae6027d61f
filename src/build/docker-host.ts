/** Where Docker Engine listens, as `DOCKER_HOST` says it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError } from './errors.ts';

export type EngineAddress =
  | { socketPath: string }
  | { host: string; port: number; protocol: 'http' | 'https'; ca?: Buffer; cert?: Buffer; key?: Buffer };

export const DEFAULT_DOCKER_HOST = 'unix:///var/run/docker.sock';

/**
 * `unix:///path` or `tcp://host:port`; over TLS where `DOCKER_TLS_VERIFY` is set, with `ca.pem`, `cert.pem` and `key.pem` of
 * `DOCKER_CERT_PATH`. Throws BuildError `unreachable` for anything else.
 */
export function parseDockerHost(text: string, env: NodeJS.ProcessEnv): EngineAddress {
  const socketPath = /^unix:\/\/(\/.+)$/.exec(text)?.[1];
  if (socketPath) return { socketPath };
  const url = /^tcp:\/\//.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (!url?.hostname) {
    const hint = 'Write it like unix:///var/run/docker.sock or tcp://127.0.0.1:2376.';
    throw new BuildError('unreachable', `${JSON.stringify(text)} is no address of Docker Engine`, hint);
  }
  const isTls = (env['DOCKER_TLS_VERIFY'] ?? '') !== '';
  const port = Number(url.port || (isTls ? 2376 : 2375));
  if (!isTls) return { host: url.hostname, port, protocol: 'http' };
  const directory = env['DOCKER_CERT_PATH'] ?? join(env['HOME'] ?? '/', '.docker');
  const read = (name: string) => readPem(join(directory, name));
  const files = { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
  return { host: url.hostname, port, protocol: 'https', ...files };
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    const hint = 'DOCKER_CERT_PATH names the directory with ca.pem, cert.pem and key.pem.';
    throw new BuildError('unreachable', `${file} cannot be read, which Docker Engine needs`, hint);
  }
}
