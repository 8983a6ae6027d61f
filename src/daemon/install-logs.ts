/** What installers say while they work, kept by install: to be read by people, and never evidence (promise 7). */

import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Journal } from '../model/journal.ts';
import { type SyslogServer, startSyslog } from '../serve/syslog.ts';

export interface InstallLogs {
  /** Where installers send their lines; null where nobody listens. */
  port: number | null;
  /** Why nobody listens, for people; null when all is well, or when it is turned off. */
  trouble: string | null;
  /** The newest lines of the node's install that begins so, else of its last one; oldest first. Null where none were kept. */
  tail(node: string, lines: number, install?: string): { installId: string; lines: string[] } | null;
  close(): Promise<void>;
}

interface Ports {
  dataDir: string;
  /** Null turns it off. */
  listen: { host: string; port: number } | null;
  journal: Pick<Journal, 'states' | 'read'>;
  log: Logger;
}

/** Bytes of one install, and installs whose logs are kept. */
const MAX_BYTES = 4 * 2 ** 20;
const MAX_LOGS = 200;
/** Lines are written together, ms. */
const WRITE_EVERY = 500;

export async function openInstallLogs({ dataDir, listen, journal, log }: Ports): Promise<InstallLogs> {
  const directory = join(dataDir, 'install-logs');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  prune(directory);
  const waiting = new Map<string, string[]>();
  const sizes = new Map<string, number>();
  const fileOf = (installId: string) => join(directory, `${installId}.log`);

  function take(address: string, line: string): void {
    const installId = installAt(address);
    if (installId === null) return;
    const lines = waiting.get(installId) ?? [];
    if (lines.length < 10_000) lines.push(line);
    waiting.set(installId, lines);
  }

  /** The install under way at this address: it is the one that fetched its answers. */
  function installAt(address: string): string | null {
    for (const { attempt } of journal.states().values()) {
      if (attempt?.address === address && attempt.completedAt === null) return attempt.installId;
    }
    return null;
  }

  function write(): void {
    for (const [installId, lines] of waiting) {
      const file = fileOf(installId);
      const before = sizes.get(installId) ?? sizeOf(file);
      const text = `${lines.join('\n')}\n`;
      if (before < MAX_BYTES) appendFileSync(file, text, { mode: 0o600 });
      if (before === 0) prune(directory);
      sizes.set(installId, before + text.length);
    }
    waiting.clear();
  }

  const timer = setInterval(() => {
    try {
      write();
    } catch (err) {
      log.warn({ err, reason: 'InstallLog' }, 'what installers say cannot be kept');
      waiting.clear();
    }
  }, WRITE_EVERY);
  timer.unref();

  let server: SyslogServer | null = null;
  let trouble: string | null = null;
  if (listen) {
    try {
      server = await startSyslog(listen, take);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      trouble = `installers' logs are not taken: UDP ${listen.host}:${listen.port} cannot be used (${code})`;
      log.warn({ reason: 'InstallLog' }, `${trouble}; everything else goes on`);
    }
  }

  return {
    port: server?.port ?? null,
    trouble,
    tail(node, count, install = '') {
      write();
      const installId = installOf(journal, node, install);
      if (installId === null) return null;
      const text = readOr(fileOf(installId), '');
      return text === '' ? null : { installId, lines: text.trimEnd().split('\n').slice(-count) };
    },
    async close() {
      clearInterval(timer);
      await server?.close();
      write();
    },
  };
}

/** A failed attempt is gone from the node's state, not from its story. What is no install of this node names no file. */
function installOf(journal: Pick<Journal, 'read'>, node: string, begin: string): string | null {
  const attempts = journal.read({ node, reasons: ['AttemptStarted'], limit: begin === '' ? 1 : MAX_LOGS });
  const ids = attempts.flatMap((event) => (event.reason === 'AttemptStarted' ? [event.data.installId] : []));
  return ids.findLast((id) => id.startsWith(begin)) ?? null;
}

/** The oldest go first. */
function prune(directory: string): void {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.log'))
    .map((name) => ({ path: join(directory, name), time: statSync(join(directory, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of files.slice(MAX_LOGS)) rmSync(path, { force: true });
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
