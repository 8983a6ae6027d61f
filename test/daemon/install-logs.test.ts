import { createSocket } from 'node:dgram';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { openInstallLogs } from '../../src/daemon/install-logs.ts';
import type { Event } from '../../src/model/event.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import { aCommit, aState } from '../builders/node.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { untilTrue } from '../promises/scene.ts';

const ADDRESS = '127.0.0.1';
const ID = 'a'.repeat(32);

function aJournal(attempt: Partial<NonNullable<NodeState['attempt']>> | null) {
  const base = aState('n1').build();
  const state = { ...base, attempt: attempt && { ...ATTEMPT, ...attempt } };
  return {
    states: () => new Map([['n1', state]]),
    read: () => [{ reason: 'AttemptStarted', data: { installId: ID } }] as unknown as Event[],
  };
}

const ATTEMPT: NonNullable<NodeState['attempt']> = {
  ...{ n: 1, installId: ID, startedAt: 0 },
  target: {
    ...{ profile: 'base', generation: 1, commit: 'c0ffee', asked: aCommit('c1'), change: 'generation 1 → 2' },
    ...{ cause: { file: 'n1.yaml', line: 1, column: 1 }, together: 1, first: true },
  },
  ...{ armed: true, confirmedOffAt: 0, nextBootSetAt: 0, confirmedOnAt: 0, scriptAt: 0, answersAt: 0 },
  ...{
    answersFetches: 1,
    address: ADDRESS,
    progress: null,
    completedAt: null,
    failed: null,
    reportedAt: null,
  },
};
const log = pino({ level: 'silent' });

async function logsOf(journal: ReturnType<typeof aJournal>, dataDir = aTempDir(), port = 0) {
  const logs = await openInstallLogs({ dataDir, journal, log, listen: { host: ADDRESS, port } });
  onTestFinished(() => logs.close());
  return { logs, dataDir };
}

/** What lies there, for the message of a test that waits in vain. */
function dataDirOf(dataDir: string): () => string {
  return () => readdirSync(join(dataDir, 'install-logs')).join(' ');
}

async function send(port: number | null, ...lines: string[]): Promise<void> {
  const socket = createSocket('udp4');
  for (const line of lines) await new Promise((sent) => socket.send(line, port ?? 0, ADDRESS, sent));
  socket.close();
}

it('keeps what the installer at an attempt’s address says, by install', async () => {
  const { logs, dataDir } = await logsOf(aJournal({}));
  await send(logs.port, '<13>one', '<13>two');
  await untilTrue(() => logs.tail('n1', 10)?.lines.length === 2, dataDirOf(dataDir));
  expect(logs.tail('n1', 1)).toEqual({ installId: ID, lines: ['two'] });
  const file = join(dataDir, 'install-logs', `${ID}.log`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it.each([
  ['no attempt is under way', null],
  ['another address fetched the answers', { address: '127.0.0.2' }],
  ['the installer is done', { completedAt: 1 }],
])('promise 7: nothing is kept where %s', async (_, attempt) => {
  const { logs, dataDir } = await logsOf(aJournal(attempt));
  await send(logs.port, '<13>I am installed');
  // A second sender who is known shows that the first was heard.
  const known = await logsOf(aJournal({}), aTempDir());
  await send(known.logs.port, '<13>me');
  await untilTrue(() => known.logs.tail('n1', 1) !== null, dataDirOf(known.dataDir));
  expect(logs.tail('n1', 10)).toBeNull();
  expect(readdirSync(join(dataDir, 'install-logs'))).toEqual([]);
});

it('a port that is taken is said, and stops nothing', async () => {
  const { logs } = await logsOf(aJournal({}));
  const second = await logsOf(aJournal({}), aTempDir(), logs.port ?? 0);
  expect(second.logs.port).toBeNull();
  expect(second.logs.trouble).toBe(
    `installers' logs are not taken: UDP 127.0.0.1:${logs.port} cannot be used (EADDRINUSE)`,
  );
  expect(second.logs.tail('n1', 1)).toBeNull();
});

it('tells each of a node’s installs by its first digits, and no other file', async () => {
  const dataDir = aTempDir();
  const [older, other] = ['b'.repeat(32), 'c'.repeat(32)];
  mkdirSync(join(dataDir, 'install-logs'));
  for (const id of [ID, older, other])
    writeFileSync(join(dataDir, 'install-logs', `${id}.log`), `of ${id}\n`);
  const started = [older, ID].map((installId) => ({ reason: 'AttemptStarted', data: { installId } }));
  const read = ({ limit = 1 }) => started.slice(-limit) as unknown as Event[];
  const { logs } = await logsOf({ ...aJournal(null), read: read as () => Event[] }, dataDir);
  expect(logs.tail('n1', 9)?.lines).toEqual([`of ${ID}`]);
  expect(logs.tail('n1', 9, 'bbbb')?.lines).toEqual([`of ${older}`]);
  expect(logs.tail('n1', 9, 'cccc')).toBeNull();
  expect(logs.tail('n1', 9, '../install-logs/b')).toBeNull();
});

it('keeps the newest two hundred installs', async () => {
  const dataDir = aTempDir();
  const folder = join(dataDir, 'install-logs');
  mkdirSync(folder);
  for (let n = 0; n < 210; n++) writeFileSync(join(folder, `${n}.log`), 'x\n');
  await logsOf(aJournal({}), dataDir);
  expect(readdirSync(folder)).toHaveLength(200);
});
