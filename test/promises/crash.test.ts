import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Rack, startRack } from '../../src/lab/rack.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import { QUIET_DAEMON } from '../builders/daemon-settings.ts';
import { readJournal, readJournalSoFar } from '../builders/journal-file.ts';
import type { CrashPlan } from './crash-child.ts';
import { aRepository, GIT_ENV } from './repository.ts';
import { freshNodes, untilTrue } from './scene.ts';

const SPEED = 1000;
const PASSWORD = 'secret';
/** Lives lived at the same time; they mostly wait. */
const LANES = 3;

describe('promise 8: crash anywhere', () => {
  it.concurrent.each(['before', 'after'] as const)(
    'kill -9 %s every journal write of an install: one installation, no power command sent in vain',
    async (when) => {
      let next = 1;
      let beyond = false;
      async function lane(): Promise<void> {
        while (!beyond) {
          const goesOn = await crashAndRecover(next++, when).catch((error: unknown) => {
            beyond = true;
            throw error;
          });
          if (!goesOn) beyond = true;
        }
      }
      // All lives end before the test does, so that a failed one leaves no daemon behind.
      const ends = await Promise.allSettled(Array.from({ length: LANES }, lane));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
      // The install has at least these writes: wish, attempt, five power intents with results, evidence, the end.
      expect(next).toBeGreaterThan(18);
    },
    900_000,
  );
});

/** One whole life: a watched commit, a crash at the given write, a restart, the end. False when there is no such write. */
async function crashAndRecover(killAt: number, when: 'before' | 'after'): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), 'barewright-crash-'));
  const [node] = freshNodes(1);
  if (!node) throw new Error('no node');
  const site = await aRepository(join(dir, 'site'), {
    nodes: [node],
    timeouts: '{ install: 40s, configure: 40s }',
    // A crowded machine is no defect.
    policy: { deadlines: '{ arming: 20s, booting: 30s, restarting: 30s }' },
  });
  // On an address of its own: while the daemon is down, nothing else may come to listen there.
  const boot = { host: node.bmc, port: 8480 };
  const settings: CrashPlan['settings'] = {
    ...QUIET_DAEMON,
    repository: join(dir, 'site'),
    dataDir: join(dir, 'data'),
    secretsDir: dir,
    bootListen: boot,
    workers: 8,
  };
  site.writeIn('../bmc', PASSWORD);
  const rack = await startRack({
    machines: [
      {
        name: node.name,
        mac: node.mac,
        address: node.address,
        bmc: { host: node.bmc, port: 6230 },
        disk: { record: RECORD, configDigest: null, stacks: [] },
        power: 'on',
      },
    ],
    bootUrl: `http://${boot.host}:${boot.port}`,
    speed: SPEED,
    seed: `crash ${killAt} ${when}`,
    credentials: { username: 'admin', password: PASSWORD },
    // A daemon needs a while to come back: as long as an installer waits for it on a real rack.
    times: { retry: 3_000 * SPEED },
  });
  let child = daemon({ settings, killAt, when });
  try {
    await until(settings.dataDir, node.name, child, (s) => s.phase === 'settled' && s.known);
    await site.commit(site.withNode(node.name, { generation: 2 }), 'again');
    const crashed = await endOf(child, settings.dataDir, node.name);
    if (crashed) {
      child = daemon({ settings, killAt: 0, when });
      await until(settings.dataDir, node.name, child, isDone);
    }
    check(rack, node.name, `killed ${when} write ${killAt}`, settings.dataDir);
    return crashed;
  } finally {
    child.kill('SIGKILL');
    await ended(child);
    await rack.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

const RECORD = {
  installId: '0'.repeat(32),
  profile: 'base',
  generation: 1,
  installDigest: '00',
  commit: '0'.repeat(40),
};

const isDone = (s: NodeState) => s.phase === 'settled' && s.record?.generation === 2;

function check(rack: Rack, name: string, what: string, dataDir: string): void {
  const { history } = rack.machine(name);
  const count = (kind: string) => history.filter((entry) => entry.kind === kind).length;
  const inVain = history.filter((entry) => entry.kind === 'power' && entry.effect === 'none-needed').length;
  expect(
    { wipes: count('wipe'), installed: count('installed'), inVain },
    `${what}\n${storyOf(rack, name, dataDir)}`,
  ).toEqual({ wipes: 1, installed: 1, inVain: 0 });
}

/** What the daemon remembers and what the machine went through, in one order. */
function storyOf(rack: Rack, name: string, dataDir: string): string {
  const told = readJournal(join(dataDir, 'journal.db'), (journal) => journal.read({})).map(
    ({ time, reason, message }) => ({ at: time, line: `${reason}: ${message}` }),
  );
  const lived = rack
    .machine(name)
    .history.map(({ at, ...rest }) => ({ at, line: `    ${JSON.stringify(rest)}` }));
  return [...told, ...lived]
    .sort((a, b) => a.at - b.at)
    .map(({ at, line }) => `${at % 1_000_000} ${line}`)
    .join('\n');
}

function daemon(plan: CrashPlan): ChildProcess {
  const script = join(import.meta.dirname, 'crash-child.ts');
  return spawn(process.execPath, [script, JSON.stringify(plan)], {
    env: { ...process.env, ...GIT_ENV },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Waits for the crash, or for the end of an install that was never interrupted. */
async function endOf(child: ChildProcess, dataDir: string, name: string): Promise<boolean> {
  const end = await Promise.race([ended(child), until(dataDir, name, null, isDone).then(() => 'done')]);
  return end === 'SIGKILL';
}

async function ended(child: ChildProcess): Promise<string | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  return child.signalCode;
}

async function until(
  dataDir: string,
  name: string,
  child: ChildProcess | null,
  wish: (state: NodeState) => boolean,
): Promise<void> {
  let seen: NodeState | undefined;
  await untilTrue(
    () => {
      if (child && child.exitCode !== null) throw new Error(`the daemon ended: ${child.exitCode}`);
      seen = stateOf(dataDir, name);
      return seen !== undefined && wish(seen);
    },
    () => JSON.stringify(seen, null, 1),
    120_000,
    60,
  );
}

function stateOf(dataDir: string, name: string): NodeState | undefined {
  return readJournalSoFar(join(dataDir, 'journal.db'), (journal) => journal.states().get(name));
}
