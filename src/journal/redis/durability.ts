/** Whether a Redis keeps what it has acknowledged. As it comes from Debian, it does not: it loses minutes, or everything. */

import { JournalError } from '../../model/journal.ts';
import { type Connection, isRefusal } from './connection.ts';

type Asker = Pick<Connection, 'ask' | 'shown'>;

/** `CONFIG` names and what they must be (redis.io, "Redis persistence", "Key eviction"; redis.conf, APPEND ONLY MODE). */
const NEEDED = [
  ['appendonly', 'yes', 'without it a restart forgets what came after the last snapshot'],
  ['appendfsync', 'always', 'otherwise what was acknowledged is not on the disk yet'],
  ['no-appendfsync-on-rewrite', 'no', 'otherwise nothing is put on the disk while the file is rewritten'],
  ['maxmemory-policy', 'noeviction', 'otherwise events are thrown away when memory is short'],
] as const;

const OLDEST = 7;

/**
 * Rejects with a JournalError, `unavailable`, that names everything that is wrong, and what to set. `trusted` is somebody's word that
 * the server keeps what it acknowledges, by whatever means: then only what it is gets checked, not how it is set.
 */
export async function checkDurability(redis: Asker, trusted: boolean): Promise<void> {
  const problems = wrongServer(await infoOf(redis));
  const wrong = trusted ? [] : await wrongSettings(redis);
  if (problems.length + wrong.length === 0) return;
  throw new JournalError('unavailable', explain(redis.shown, problems, wrong));
}

function wrongServer(info: ReadonlyMap<string, string>): string[] {
  const problems: string[] = [];
  const version = info.get('redis_version') ?? 'unknown';
  const role = info.get('role');
  if (Number.parseInt(version, 10) < OLDEST)
    problems.push(`it is version ${version}; ${OLDEST} is the oldest that will do`);
  if (role !== 'master') {
    problems.push(`it is a ${role === 'slave' ? 'replica' : `"${role}"`}; name the one that it copies from`);
  }
  if (info.get('cluster_enabled') === '1')
    problems.push('it is part of a Redis Cluster, which is not supported');
  return problems;
}

async function wrongSettings(redis: Asker): Promise<((typeof NEEDED)[number] & { 0: string })[]> {
  const settings = await settingsOf(redis);
  return NEEDED.filter(([name, value]) => settings.get(name) !== value);
}

async function settingsOf(redis: Asker): Promise<ReadonlyMap<string, string>> {
  try {
    return pairs(await redis.ask('CONFIG', 'GET', ...NEEDED.map(([name]) => name)));
  } catch (error) {
    if (error instanceof JournalError && isRefusal(error.cause))
      throw untold(redis.shown, error.cause.message);
    throw error;
  }
}

function untold(shown: string, why: string): JournalError {
  return new JournalError(
    'unavailable',
    `The Redis at ${shown} does not say how it is set (${why}), so it may lose what it has acknowledged. ` +
      `It must have ${NEEDED.map(([name, value]) => `${name} ${value}`).join(', ')}, or keep each write in another way before it answers. ` +
      'Let this user ask (ACL SETUSER … +config|get), or, where its operator promises that, start with --store-trusted.',
  );
}

async function infoOf(redis: Asker): Promise<ReadonlyMap<string, string>> {
  const lines = String(await redis.ask('INFO')).split(/\r?\n/);
  return new Map(
    lines.flatMap((line) => {
      const colon = line.indexOf(':');
      return colon === -1 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
    }),
  );
}

/** Redis answers a map as a list, name and value in turn. */
export function pairs(answer: unknown): Map<string, string> {
  const words = Array.isArray(answer) ? answer.map(String) : [];
  return new Map(
    Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i] ?? '', words[2 * i + 1] ?? '']),
  );
}

function explain(
  shown: string,
  problems: readonly string[],
  wrong: readonly (typeof NEEDED)[number][],
): string {
  const all = [...problems, ...wrong.map(([name, value, why]) => `${name} must be ${value}: ${why}`)];
  const lines = [`The Redis at ${shown} cannot hold the journal:`, ...all.map((problem) => `- ${problem}`)];
  if (wrong.length > 0) {
    lines.push('Put this into its redis.conf and start it again:');
    lines.push(...wrong.map(([name, value]) => `  ${name} ${value}`));
    lines.push('or say this with redis-cli, which makes it so at once and for later:');
    lines.push(...wrong.map(([name, value]) => `  CONFIG SET ${name} ${value}`), '  CONFIG REWRITE');
  }
  return lines.join('\n');
}
