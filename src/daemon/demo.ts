/** The sample site on an embedded simulated rack: the daemon as it is, only its machines are played. */

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type MachineSpec, RackError, startRack } from '../lab/rack.ts';
import { rackFromSite } from '../lab/specs.ts';
import type { Site } from '../model/desired.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { debounce } from './loops.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

export interface DemoOptions {
  repository: string;
  /** Keeps the store and what the machines carry, so that a second start goes on where the first ended. */
  dataDir: string;
  /** Machine seconds in a second. */
  speed: number;
  /** Machines that start with an empty disk, so that there is something to approve. */
  blank: readonly string[];
  controlPort: number;
  bootPort: number;
  env: NodeJS.ProcessEnv;
  log: Logger;
}

/** What a machine of the rack is when nobody has touched it since. */
type Kept = Record<string, Pick<MachineSpec, 'disk' | 'power'>>;

const PASSWORD = 'simulated';

/** Starts daemon and rack; rejects as `startDaemon` does. A node added by a commit gets a machine at once. */
export async function runDemo(options: DemoOptions): Promise<Daemon> {
  const { dataDir, speed, log } = options;
  const secretsDir = join(dataDir, 'secrets');
  await mkdir(secretsDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'rack.json');
  const kept = await readKept(file);
  const rack = await startRack({
    machines: [],
    speed,
    seed: 'demo',
    credentials: { username: 'admin', password: PASSWORD },
    onHappening: () => saving.call(),
  });
  const saving = debounce(() => void save(), 500);
  let saved = Promise.resolve();

  function save(): Promise<void> {
    const now: Kept = { ...kept };
    for (const machine of rack.machines.values()) now[machine.name] = keep(machine);
    saved = saved
      .then(() => writeKept(file, now))
      .catch((err) => log.warn({ err }, 'the rack cannot be saved'));
    return saved;
  }

  async function onSite(site: Site): Promise<void> {
    const missing: string[] = [];
    for (const spec of rackFromSite(site.nodes.values(), {
      ...{ disks: 'installed', commit: site.commit.id, stacks: stacksOf(site) },
    })) {
      if (rack.machines.has(spec.name)) continue;
      const fresh = options.blank.includes(spec.name)
        ? { disk: 'blank' as const, power: 'off' as const }
        : {};
      try {
        await rack.add({ ...spec, ...fresh, ...kept[spec.name] });
      } catch (error) {
        if (!(error instanceof RackError)) throw error;
        missing.push(error.message);
      }
    }
    const [first] = missing;
    if (first === undefined) return;
    const count = missing.length === 1 ? '1 machine' : `${missing.length} machines`;
    log.error({ reason: 'Rack' }, `${count} of the rack cannot be played: ${first}`);
  }

  try {
    const daemon = await startDaemon(
      {
        ...DEFAULT_SETTINGS,
        repository: options.repository,
        dataDir,
        secretsDir,
        bootListen: { host: '127.0.0.1', port: options.bootPort },
        controlListen: { host: '127.0.0.1', port: options.controlPort },
        bindAddresses: false,
        timing: { poll: 500, settle: 5_000 },
        env: options.env,
      },
      { log, onSite: (site) => withSecrets(site, secretsDir).then(() => onSite(site)) },
    );
    rack.setBootUrl(daemon.bootUrl);
    return {
      ...daemon,
      async close() {
        await daemon.close();
        saving.close();
        await save();
        await rack.close();
      },
    };
  } catch (error) {
    await rack.close();
    throw error;
  }
}

function stacksOf(site: Site): (profile: string) => string[] {
  return (profile) => (site.profiles.get(profile)?.stacks ?? []).map(({ name }) => name);
}

function keep(machine: { disk: unknown; powerOn(): boolean }): Kept[string] {
  return {
    disk: (machine.disk as MachineSpec['disk'] | null) ?? 'blank',
    power: machine.powerOn() ? 'on' : 'off',
  };
}

/** The rack's one password, under every file name that the site's credentials refer to. */
async function withSecrets(site: Site, secretsDir: string): Promise<void> {
  for (const { password } of site.credentials.values()) {
    if ('file' in password && /^[\w.-]+$/.test(password.file)) {
      await writeFile(join(secretsDir, password.file), `${PASSWORD}\n`, { mode: 0o600 });
    }
  }
}

async function readKept(file: string): Promise<Kept> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Kept;
  } catch {
    return {};
  }
}

async function writeKept(file: string, kept: Kept): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(kept));
  await rename(`${file}.new`, file);
}
