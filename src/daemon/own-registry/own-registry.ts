/** The registry that the daemon runs, wired: it follows the site in force, and what becomes of it goes to the journal. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegistryInput } from '../../agent/bundle.ts';
import type { RegistryView } from '../../model/api.ts';
import type { Site } from '../../model/desired.ts';
import type { NewEvent } from '../../model/event.ts';
import type { Journal } from '../../model/journal.ts';
import { createQuiet } from '../../observe/quiet.ts';
import type { Tokens } from '../../observe/tokens.ts';
import { OwnRegistryError } from '../../own-registry/error.ts';
import { type Host, startHost } from '../../own-registry/host.ts';
import { readIfThere, writePrivate } from '../../own-registry/private-file.ts';
import type { Login } from '../../registry/auth.ts';
import { repeat } from '../loops.ts';
import { createSecrets } from '../secrets.ts';
import type { DaemonSettings } from '../settings.ts';
import type { SopsFiles } from '../sops-files.ts';
import { createAccounts, mayPull, type Served, servedRegistry, writerLogin } from './accounts.ts';
import { hostOptions } from './host-options.ts';

/** How the daemon itself speaks to it. */
export interface ServedAccess {
  ca: string;
  login: Login;
}

export interface OwnRegistry {
  /** Has it follow the site; what goes wrong is a condition of the site's, never the caller's. */
  use(site: Site): void;
  /** Null while it is not there. */
  access(): ServedAccess | null;
  /** What nodes are told of the site's own registry, whoever runs it. Rejects while that is not known. */
  input(site: Site): Promise<RegistryInput | null>;
  /** Null while it does not run. */
  host(): Host | null;
  /** Said while a garbage collection runs; null ends it. */
  busy(why: string | null): void;
  view(): RegistryView;
  close(): Promise<void>;
}

interface Ports {
  settings: Pick<DaemonSettings, 'dataDir' | 'secretsDir' | 'env' | 'ownRegistry'>;
  /** Where `sops` references lead. */
  sopsFiles: Pick<SopsFiles, 'read'>;
  journal: Pick<Journal, 'append' | 'state'>;
  tokens: Tokens;
  site(): Site | null;
  onUp(): void;
  onError(error: unknown): void;
  clock(): number;
}

/** Secrets and certificates are looked at again after it, ms. */
const LOOK_AGAIN = 60_000;
const DIRECTORY = 'registry';
/** What programs beside the daemon trust it by. */
const TRUSTED = 'trusted.crt';

export function registryDirectory(dataDir: string): string {
  return join(dataDir, DIRECTORY);
}

/** For programs beside the daemon; null where it has not run one with this directory yet. */
export async function readServedAccess(
  dataDir: string,
  tokens: Pick<Tokens, 'registrySecret'>,
): Promise<ServedAccess | null> {
  const ca = await readIfThere(join(registryDirectory(dataDir), TRUSTED));
  return ca === null ? null : { ca, login: writerLogin(tokens) };
}

export function createOwnRegistry({
  settings,
  sopsFiles,
  journal,
  tokens,
  onError,
  clock,
  ...ports
}: Ports): OwnRegistry {
  const secrets = createSecrets(settings.secretsDir, settings.env, sopsFiles);
  const directory = registryDirectory(settings.dataDir);
  const account = createAccounts({ journal, tokens, site: ports.site });
  const worthSaying = createQuiet(clock, 100);
  let running: { mark: string; host: Host } | null = null;
  let served: Served | null = null;
  let said = '';
  let pullers = new Set<string>();
  let rotation = 1;
  let busy: string | null = null;
  let state: RegistryView = { state: 'off', message: 'no registry is run by barewright', since: clock() };
  /** One look after the other; the newest site that waits replaces older ones. */
  let lane: Promise<void> = Promise.resolve();
  let closed = false;
  const loop = repeat(
    async () => look(),
    () => LOOK_AGAIN,
    onError,
  );

  function look(): Promise<void> {
    lane = lane.then(follow).catch(problem).catch(onError);
    return lane;
  }

  async function follow(): Promise<void> {
    const site = ports.site();
    if (!site || closed) return;
    served = servedRegistry(site);
    if (!served) return stop();
    const { command } = settings.ownRegistry ?? {};
    const found = await hostOptions(served, {
      directory,
      site: site.name,
      secrets,
      clock,
      ...(command ? { command } : {}),
    });
    if (running?.mark !== found.mark) {
      await stop();
      move('starting', `${served.host} is being started`);
      const { storage } = found.options;
      if ('directory' in storage) await makeDirectory(storage.directory);
      const host = await startHost({
        ...{ ...found.options, account, clock, onProblem: (error) => void problem(error).catch(onError) },
        secret: tokens.registrySecret('uploads'),
        onUp: () => void up().catch(onError),
        onRefused: (name, address) => void refused(name, address).catch(onError),
      });
      running = { mark: found.mark, host };
      await writePrivate(join(directory, TRUSTED), host.ca);
    } else {
      await revoke(site, served);
      await running.host.renew();
    }
    pullers = mayPull(site);
    rotation = served.rotation;
  }

  async function makeDirectory(path: string): Promise<void> {
    await mkdir(path, { recursive: true, mode: 0o700 }).catch((error: Error) => {
      throw new OwnRegistryError('write', `its storage cannot be made: ${error.message}`, { cause: error });
    });
  }

  /** Whoever may not pull any more may not with a token from before either. */
  async function revoke(site: Site, now: Served): Promise<void> {
    const may = mayPull(site);
    const gone = now.rotation === rotation ? [...pullers].filter((name) => !may.has(name)) : [...pullers];
    if (gone.length === 0) return;
    await running?.host.voidTokens();
    const what =
      now.rotation === rotation
        ? `${gone.join(', ')} may not pull from ${now.host} any more`
        : `all nodes get another password for ${now.host} (rotation ${now.rotation})`;
    const data = { registry: now.host, nodes: gone };
    await append({ reason: 'RegistryRevoked', message: `${what}; tokens of before are void`, data });
  }

  async function stop(): Promise<void> {
    const old = running;
    running = null;
    await old?.host.close();
    if (!served) move('off', 'no registry is run by barewright');
  }

  async function up(): Promise<void> {
    const registry = served?.host ?? '';
    said = '';
    if (state.state === 'ok') return;
    move('ok', `${registry} takes pulls and pushes`);
    await append({
      reason: 'RegistryServed',
      message: `the registry ${registry} answers`,
      data: { registry },
    });
    ports.onUp();
  }

  async function problem(error: unknown): Promise<void> {
    if (!(error instanceof OwnRegistryError)) throw error;
    move('problem', error.message);
    if (said === error.message) return;
    said = error.message;
    const data = { registry: served?.host ?? '', code: error.code };
    await append({ reason: 'RegistryProblem', message: `the registry: ${error.message}`, data });
  }

  async function refused(name: string, address: string): Promise<void> {
    // What a stranger calls himself is kept short.
    const shown = name.replaceAll(/[^\w.@+-]/g, '?').slice(0, 64);
    if (!worthSaying(`${shown} ${address}`)) return;
    const message = `a wrong login at the registry: ${shown} (from ${address})`;
    const data = { registry: served?.host ?? '', account: shown, address };
    await append({ reason: 'RegistryRefused', message, data });
  }

  async function append(event: Pick<NewEvent, 'reason' | 'message' | 'data'>): Promise<void> {
    await journal.append([{ node: null, commit: null, actor: 'daemon', ...event } as NewEvent]);
  }

  function move(next: RegistryView['state'], message: string): void {
    if (state.state !== next || state.message !== message) state = { state: next, message, since: clock() };
  }

  return {
    use(site) {
      const next = servedRegistry(site);
      if (next && !running) move('starting', `${next.host} is being started`);
      void look();
    },
    access: () => running && { ca: running.host.ca, login: writerLogin(tokens) },
    async input(site) {
      const own = [...site.registries.values()].find((registry) => registry.own);
      if (!own) return null;
      const { host } = new URL(own.endpoint);
      if (!own.serve) return { host, ca: own.ca ? await secrets.read(own.ca) : null, rotation: null };
      if (!running) throw new Error(`the registry ${host} is not there yet, so nodes cannot be told of it`);
      return { host, ca: running.host.ca, rotation: own.serve.rotation ?? 1 };
    },
    host: () => running?.host ?? null,
    busy(why) {
      busy = why;
    },
    view: () =>
      busy !== null && state.state === 'ok' ? { ...state, state: 'collecting', message: busy } : state,
    async close() {
      closed = true;
      await loop.close();
      await lane;
      await running?.host.close();
    },
  };
}
