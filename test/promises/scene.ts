/** A whole little world for a scenario: a site repository, a simulated rack on real UDP, and the daemon in this process. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { type Daemon, startDaemon } from '../../src/daemon/daemon.ts';
import type { DaemonSettings } from '../../src/daemon/settings.ts';
import { openSqliteJournal } from '../../src/journal/sqlite.ts';
import type { Fault } from '../../src/lab/faults.ts';
import { type Rack, RackError, startRack } from '../../src/lab/rack.ts';
import { rackFromSite } from '../../src/lab/specs.ts';
import type { Site } from '../../src/model/desired.ts';
import type { Journal } from '../../src/model/journal.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import { QUIET_DAEMON } from '../builders/daemon-settings.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aRepository, GIT_ENV } from './repository.ts';
import type { NodeText, SiteText } from './site-text.ts';

export const SPEED = 400;
const PASSWORD = 'secret-of-the-scene';
export interface SceneOptions {
  count?: number;
  /** What the machines carry at the start. Default `installed`. */
  disks?: 'installed' | 'blank';
  seed?: string;
  faults?: ReadonlyMap<string, readonly Fault[]>;
  site?: Partial<SiteText>;
  settings?: Partial<DaemonSettings>;
  /** Puts the repository where the daemon is to find it, before it starts. */
  publish?: (repository: string) => Promise<Partial<DaemonSettings>>;
  wrapJournal?: (journal: Journal) => Journal;
  /** Of the daemon, ms since the epoch. */
  clock?: () => number;
}

export type Scene = Awaited<ReturnType<typeof aScene>>;

/** Builds the world and starts the daemon; `close` takes all of it away again. */
export async function aScene(options: SceneOptions = {}) {
  const dir = aTempDir();
  const repository = join(dir, 'site');
  const dataDir = join(dir, 'data');
  const secretsDir = join(dir, 'secrets');
  const nodes = freshNodes(options.count ?? 12);
  mkdirSync(secretsDir);
  writeFileSync(join(secretsDir, 'bmc'), `${PASSWORD}\n`);
  writeFileSync(join(secretsDir, 'wrong'), 'not the password\n');
  const site = await aRepository(repository, { nodes, ...options.site });

  const { clock = Date.now } = options;
  const published = (await options.publish?.(repository)) ?? {};

  let rack: Rack | null = null;
  let daemon: Daemon;
  let journal: Journal;
  await start();

  function daemonSettings(): DaemonSettings {
    return {
      ...QUIET_DAEMON,
      repository,
      dataDir,
      secretsDir,
      env: { ...process.env, ...GIT_ENV },
      ...options.settings,
      ...published,
    };
  }

  async function start(): Promise<void> {
    daemon = await startDaemon(daemonSettings(), {
      log: pino({ level: 'silent' }),
      onSite: plugIn,
      clock,
      openJournal: async (file) => {
        journal = await openSqliteJournal({ file, clock });
        return options.wrapJournal?.(journal) ?? journal;
      },
    });
    rack?.setBootUrl(daemon.bootUrl);
  }

  /** The rack is plugged in once, from the first site that comes into force. */
  async function plugIn(inForce: Site): Promise<void> {
    rack ??= await startRack({
      machines: rackFromSite(inForce.nodes.values(), {
        disks: options.disks ?? 'installed',
        stacks: () => ['common'],
      }),
      speed: SPEED,
      seed: options.seed ?? 'scene',
      credentials: { username: 'admin', password: PASSWORD },
      ...(options.faults ? { faults: options.faults } : {}),
    });
    if (daemon) rack.setBootUrl(daemon.bootUrl);
  }

  function theRack(): Rack {
    if (!rack) throw new RackError('no site was ever in force');
    return rack;
  }

  /** Waits until all nodes' states (or the named ones) meet the wish; fails with what they were instead. */
  async function until(
    wish: (state: NodeState) => boolean,
    names?: readonly string[],
    ms = 60_000,
  ): Promise<void> {
    await untilTrue(
      () => {
        const states = (names ?? site.text().nodes.map(({ name }) => name)).map((name) =>
          journal.state(name),
        );
        return states.length > 0 && states.every((state) => state !== undefined && wish(state));
      },
      () =>
        [...journal.states().values()]
          .map((s) => `${s.name}: ${s.phase} ${s.power} ${s.waitingFor} ${s.stuck ?? ''}`)
          .join('\n'),
      ms,
    );
  }

  async function close(): Promise<void> {
    await daemon.close();
    await rack?.close();
    rmSync(dir, { recursive: true, force: true });
  }

  return {
    dir,
    repository,
    dataDir,
    secretsDir,
    names: nodes.map(({ name }) => name),
    ...site,
    start,
    daemonSettings,
    until,
    close,
    rack: theRack,
    daemon: () => daemon,
    journal: () => journal,
    /** Disks that machines have lost so far, over the whole rack. */
    wipes: () =>
      [...theRack().machines.values()].flatMap((m) =>
        m.history.filter(({ kind }) => kind === 'wipe').map(() => m.name),
      ),
    /** Power commands that reached BMCs, soft or hard, over the whole rack. */
    powerCommands: () =>
      [...theRack().machines.values()].flatMap((m) =>
        m.history.filter(({ kind }) => kind === 'power').map(() => m.name),
      ),
  };
}

/** Polls a condition without a fixed wait; the failure shows what was seen instead. */
export async function untilTrue(
  wish: () => boolean,
  describe: () => string,
  ms = 60_000,
  pause = 10,
): Promise<void> {
  const deadline = Date.now() + ms;
  while (!wish()) {
    if (Date.now() > deadline) throw new Error(`not reached in ${ms} ms:\n${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Loopback addresses of this scene alone: tests run side by side. */
export function freshNodes(count: number): NodeText[] {
  const block = `${130 + Math.floor(Math.random() * 100)}.${1 + Math.floor(Math.random() * 250)}`;
  return Array.from({ length: count }, (_, i) => ({
    name: `n${String(i + 1).padStart(2, '0')}`,
    mac: `52:54:00:4d:00:${(i + 1).toString(16).padStart(2, '0')}`,
    bmc: `127.${block}.${i + 1}`,
    address: `127.${block}.${i + 101}`,
  }));
}

/** Asks the control API for something, as the person `ada`. */
export async function post(scene: Scene, path: string, body: object): Promise<Response> {
  const { url, token } = JSON.parse(readFileSync(join(scene.dataDir, 'control.json'), 'utf8'));
  return fetch(url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-barewright-actor': 'ada',
    },
    body: JSON.stringify(body),
  });
}
