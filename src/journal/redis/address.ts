/** Where a Redis is, as people write it. */

export interface RedisAddress {
  /** Without anything secret; for messages. */
  shown: string;
  at: { host: string; port: number; tls: boolean } | { path: string };
  username: string | null;
  /** Number of the database. */
  db: number;
}

const DEFAULT_PORT = 6379;

export const ADDRESS_FORMS =
  'redis://HOST:6379/0, rediss://HOST:6379/0 (TLS) or unix:///run/redis/redis.sock?db=0';

/**
 * Reads `redis://[user@]host[:port][/db]`, `rediss://…` or `unix:///path[?db=…&user=…]`. Returns what is wrong instead, as the
 * end of a sentence, which never repeats the text: there may be a password in it.
 */
export function parseRedisAddress(text: string): RedisAddress | string {
  if (!URL.canParse(text)) return `is no URL. Write ${ADDRESS_FORMS}.`;
  const url = new URL(text);
  if (!['redis:', 'rediss:', 'unix:'].includes(url.protocol)) return `must be ${ADDRESS_FORMS}.`;
  if (url.password !== '' || url.searchParams.has('password')) return PASSWORD_INSIDE;
  return url.protocol === 'unix:' ? socketOf(url) : hostOf(url);
}

const PASSWORD_INSIDE =
  'carries a password, which everybody on this machine can read. Leave it out, change it, and say where it lies: ' +
  '--store-password file:PATH or --store-password env:NAME.';

function hostOf(url: URL): RedisAddress | string {
  const db = databaseOf(url.pathname.slice(1));
  if (url.hostname === '') return `names no host. Write ${ADDRESS_FORMS}.`;
  if (db === null) return 'must end in the number of the database: /0.';
  if (url.search !== '' || url.hash !== '') return 'takes nothing after the number of the database.';
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  const tls = url.protocol === 'rediss:';
  return {
    shown: `${url.protocol}//${url.hostname}:${port}/${db}`,
    at: { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, tls },
    username: decodeURIComponent(url.username) || null,
    db,
  };
}

function socketOf(url: URL): RedisAddress | string {
  const path = decodeURIComponent(url.pathname);
  const unknown = [...url.searchParams.keys()].filter((key) => key !== 'db' && key !== 'user');
  const db = databaseOf(url.searchParams.get('db') ?? '');
  if (url.hostname !== '' || path.length < 2)
    return 'must name the socket by its whole path: unix:///run/redis/redis.sock.';
  if (unknown.length > 0) return 'takes "db" and "user" after the question mark, and nothing else.';
  if (db === null) return 'must have a number as "db".';
  return {
    shown: `unix://${path}?db=${db}`,
    at: { path },
    username: url.searchParams.get('user') || null,
    db,
  };
}

function databaseOf(text: string): number | null {
  return /^\d{0,5}$/.test(text) ? Number(text) : null;
}
