/** The world of one scenario: a repository, a rack with faults on real UDP, and a daemon that can be started anew. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { type Daemon, startDaemon } from '../../src/daemon/daemon.ts';
import { BMC_HURRY, HURRIED, hurriedDrivers } from '../../src/daemon/rehearsal/hurry.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { openSqliteJournal } from '../../src/journal/sqlite.ts';
import type { LabClock } from '../../src/lab/clock.ts';
import { type Rack, startRack } from '../../src/lab/rack.ts';
import { rackFromSite } from '../../src/lab/specs.ts';
import type { Site } from '../../src/model/desired.ts';
import type { Event } from '../../src/model/event.ts';
import type { Journal } from '../../src/model/journal.ts';
import { QUIET_DAEMON } from '../builders/daemon-settings.ts';
import { GIT_ENV } from '../promises/repository.ts';
import { claimBlock } from './block.ts';
import { type Plot, SPEED } from './draw.ts';
import { patientNow, patientSleep } from './patient-clock.ts';
import { gitRepository, memoryRepository } from './repositories.ts';
import { firstWish, siteText } from './wish.ts';

/** The daemon's own times, in the same proportions to the rack's as on a real one. */
export const TIMING = HURRIED;
const DRIVERS = hurriedDrivers({ now: patientNow, sleep: patientSleep });

/** In memory where there is such a place: what a disk takes to be sure of its writes blocks every scenario of the process. */
const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** What the machines' disks carried, by name; null: nothing that was installed. */
type Disks = ReadonlyMap<string, { profile: string; generation: number } | null>;

export type World = Awaited<ReturnType<typeof openWorld>>;

export async function openWorld({ seed, git, names, limits, faults, blank, deeds }: Plot) {
  const dir = mkdtempSync(join(SCRATCH, 'barewright-faults-'));
  const dataDir = join(dir, 'data');
  const password = `pw-${Math.random().toString(36).slice(2, 12)}`;
  const block = await claimBlock(names);
  mkdirSync(join(dir, 'secrets'));
  writeFileSync(join(dir, 'secrets', 'bmc'), `${password}\n`);
  const start = siteText(firstWish(names), block.places, limits);
  const repository = git ? await gitRepository(join(dir, 'site'), start) : memoryRepository(start);
  const { source } = repository;

  const log: string[] = [];
  const secrets = new Set([password]);
  /** As they became durable. */
  const events: Event[] = [];
  const plugged = Promise.withResolvers<void>();
  /** By the number of the event that took a commit into force. */
  const disksAt = new Map<number, Disks>();
  const memory = deeds.some(({ kind }) => kind === 'restart')
    ? null
    : openMemoryJournal({ clock: patientNow });
  const labClock = aLabClock();
  let rack: Rack | null = null;
  let daemon: Daemon | null = null;
  let journal: Journal | null = null;

  async function startAnew(): Promise<void> {
    daemon = await startDaemon(
      {
        ...QUIET_DAEMON,
        repository: join(dir, 'site'),
        dataDir,
        secretsDir: join(dir, 'secrets'),
        bootListen: block.boot,
        timing: TIMING,
        drivers: DRIVERS,
        env: { ...process.env, ...GIT_ENV },
      },
      {
        clock: patientNow,
        log: pino({ level: 'trace' }, { write: (line) => void log.push(line) }),
        onSite: plugIn,
        openJournal,
        ...(source ? { openSource: async () => source } : {}),
      },
    );
    secrets.add(control().token);
    secrets.add(readFileSync(join(dataDir, 'token.key')).toString('hex'));
  }

  async function openJournal(file: string): Promise<Journal> {
    journal = memory ? outliving(memory) : await openSqliteJournal({ file, clock: patientNow });
    journal.subscribe((news) => {
      events.push(...news);
      for (const { id, reason } of news) if (reason === 'CommitAccepted') disksAt.set(id, disks());
    });
    return journal;
  }

  /** The rack is plugged in once, from the first site. */
  async function plugIn(site: Site): Promise<void> {
    if (rack) return;
    const installed = rackFromSite(site.nodes.values(), { disks: 'installed', stacks: () => ['common'] });
    rack = await startRack({
      machines: installed.map((spec) =>
        blank.has(spec.name) ? { ...spec, disk: 'blank', power: 'off' } : spec,
      ),
      speed: SPEED,
      clock: labClock,
      seed,
      credentials: { username: 'admin', password },
      faults,
      times: { report: 800_000 },
      bmcNow: () => patientNow() * BMC_HURRY,
      bootUrl: `http://${block.boot.host}:${block.boot.port}`,
    });
    plugged.resolve();
  }

  function disks(): Disks {
    return new Map(
      [...(rack?.machines.values() ?? [])].map(({ name, disk }) => [name, disk?.record ?? null]),
    );
  }

  function control(): { url: string; token: string } {
    return JSON.parse(readFileSync(join(dataDir, 'control.json'), 'utf8'));
  }

  /** Asks the control plane; `body` makes it a POST. */
  async function api<T>(path: string, body?: object): Promise<{ status: number; body: T }> {
    const { url, token } = control();
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-barewright-actor': 'ada',
    };
    const post = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${url}/api/v1${path}`, body ? post : {});
    return { status: response.status, body: (await response.json()) as T };
  }

  async function close(): Promise<void> {
    await daemon?.close();
    await rack?.close();
    await memory?.close();
    block.release();
    rmSync(dir, { recursive: true, force: true });
  }

  try {
    await startAnew();
    const late = setTimeout(
      () => plugged.reject(new Error('the first commit never came into force')),
      10_000,
    );
    await plugged.promise.finally(() => clearTimeout(late));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    places: block.places,
    repository,
    log,
    events,
    secrets,
    disksAt,
    api,
    close,
    tokenKey: () => readFileSync(join(dataDir, 'token.key')),
    /** ms since it all began. */
    elapsed: () => labClock.elapsed() / SPEED,
    rack: () => there(rack, 'rack'),
    journal: () => there(journal, 'journal'),
    async restart(down: number) {
      await daemon?.close();
      await patientSleep(down);
      await startAnew();
    },
  };
}

/** The rack's time, by the same clock as the daemon's. */
function aLabClock(): LabClock {
  const start = patientNow();
  return {
    now: patientNow,
    elapsed: () => (patientNow() - start) * SPEED,
    after(ms, fn) {
      const timer = setTimeout(fn, ms / SPEED);
      return () => clearTimeout(timer);
    },
  };
}

function there<T>(thing: T | null, what: string): T {
  if (thing === null) throw new Error(`there is no ${what} yet`);
  return thing;
}

/** A journal in memory that stays when its daemon closes it; what the daemon listened to ends. */
function outliving(journal: Journal): Journal {
  const ends: (() => void)[] = [];
  return {
    ...journal,
    subscribe(listener) {
      const end = journal.subscribe(listener);
      ends.push(end);
      return end;
    },
    async close() {
      for (const end of ends.splice(0)) end();
    },
  };
}
