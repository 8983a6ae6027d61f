/** What Docker Engine's failures mean. */

import type { Target } from './builder.ts';
import { BuildError } from './errors.ts';

/** What the engine calls a repository: without a dot or a port, it would be taken for one of Docker Hub. */
export function engineName({
  repository,
  endpoint,
}: Pick<Target, 'endpoint'> & { repository: { name: string } }): string {
  const { host, protocol } = new URL(endpoint);
  const port = protocol === 'https:' ? 443 : 80;
  const isPlain = /[.:]/.test(host) || host === 'localhost';
  return `${isPlain ? host : `${host}:${port}`}/${repository.name}`;
}

/** Errors that are none of the engine's are passed on. */
export function engineError(error: unknown, address: string): unknown {
  if (!(error instanceof Error) || error instanceof BuildError) return error;
  const { code = '', statusCode } = error as { code?: string; statusCode?: number };
  const why = CONNECTION[code];
  if (why !== undefined)
    return new BuildError('unreachable', `Docker Engine at ${address} cannot be reached: ${why}`);
  if (statusCode === undefined) return error;
  const said = error.message.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim();
  if (/platform|operating system/i.test(said)) return new BuildError('platform', `Docker Engine: ${said}`);
  return new BuildError('failed', `Docker Engine: ${said}`);
}

const CONNECTION: Record<string, string | undefined> = {
  ENOENT: 'there is no such socket',
  ECONNREFUSED: 'connection refused',
  EACCES: 'this user may not use its socket',
  EPERM: 'this user may not use its socket',
  ENOTFOUND: 'there is no such host',
  EHOSTUNREACH: 'no route to it',
  ETIMEDOUT: 'no answer',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
};

const HINTS: readonly [pattern: RegExp, hint: (host: string) => string][] = [
  [
    /x509|certificate/i,
    (host) => `Put the registry's authority where the engine runs, into /etc/docker/certs.d/${host}/ca.crt.`,
  ],
  [
    /HTTP response to HTTPS client/i,
    (host) =>
      `Give the registry TLS, or name ${host} in \`insecure-registries\` of the engine's daemon.json.`,
  ],
  [
    /unauthorized|denied|no basic auth|401|403/i,
    () => 'See that `username` and `password` in `spec.registries` may push.',
  ],
];

export function pushError(said: string, place: string): BuildError {
  const host = place.split('/')[0] ?? '';
  const hint = HINTS.find(([pattern]) => pattern.test(said))?.[1](host);
  const message = `Docker Engine cannot push to ${place}: ${said}`;
  return hint === undefined ? new BuildError('push', message) : new BuildError('push', message, hint);
}
