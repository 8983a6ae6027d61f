/** A virtual rack, a site repository and the real daemon beside it in the namespace: everything as on a rack of steel. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { JournalReader } from '../../src/journal/reader.ts';
import { GATEWAY, inNamespace } from '../../src/lab/qemu/network.ts';
import type { VirtualMachineSpec } from '../../src/lab/qemu/rack-messages.ts';
import { startVirtualRack } from '../../src/lab/qemu/virtual-rack.ts';
import type { Event, Reason } from '../../src/model/event.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import { readJournal } from '../builders/journal-file.ts';
import { MAIN } from '../cli/spawn-cli.ts';
import { GIT_ENV } from '../promises/repository.ts';
import { untilTrue } from '../promises/scene.ts';
import { CREDENTIALS } from './a-network.ts';

export interface WorldOptions {
  machines: readonly VirtualMachineSpec[];
  /** Path in the repository → text. */
  files: ReadonlyMap<string, string>;
}

export type World = Awaited<ReturnType<typeof aWorld>>;

const PASSWORD_ENV = 'RACK_PASSWORD';
const BOOT = `${GATEWAY}:8480`;

/** Starts rack and daemon; the caller closes it, whatever comes. */
export async function aWorld({ machines, files }: WorldOptions) {
  const rack = await startVirtualRack({ machines, credentials: CREDENTIALS, accelerator: 'tcg' });
  const repository = join(rack.directory, 'site');
  const data = join(rack.directory, 'data');
  const log = join(rack.directory, 'daemon.log');
  let daemon: ChildProcess | null = null;

  function write(changed: ReadonlyMap<string, string>): void {
    for (const [path, text] of changed) {
      mkdirSync(dirname(join(repository, path)), { recursive: true });
      writeFileSync(join(repository, path), text);
    }
  }

  async function commit(message: string, changed: ReadonlyMap<string, string> = new Map()): Promise<string> {
    write(changed);
    const script = 'git add -A && git commit -q -m "$0" && git rev-parse HEAD';
    return (await execa('sh', ['-c', script, message], { cwd: repository, env: GIT_ENV })).stdout;
  }

  /** Resolves when it says where it listens. */
  async function startDaemon(): Promise<void> {
    const where = ['--boot-listen', BOOT, '--boot-url', `http://${BOOT}`];
    const command = [process.execPath, MAIN, 'run', '--repo', repository, '--data', data, ...where];
    const [program, args] = inNamespace(rack.namespace, command);
    const child = spawn(program, args, {
      env: { ...process.env, ...GIT_ENV, [PASSWORD_ENV]: CREDENTIALS.password },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    daemon = child;
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stderr.on('data', (bytes: Buffer) => appendFileSync(log, bytes));
    await untilTrue(
      () => said.includes('boot server'),
      () => `${said}\n${tail(log)}`,
    );
  }

  /** Without any chance to say goodbye. */
  async function killDaemon(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const exit = once(daemon, 'exit');
    daemon.kill(signal);
    await exit;
  }

  const reading = <T>(work: (journal: JournalReader) => T) => readJournal(join(data, 'journal.db'), work);

  function state(name: string): NodeState | undefined {
    return reading((journal) => journal.states().get(name));
  }

  function events(filter: { node?: string; after?: number } = {}): readonly Event[] {
    return reading((journal) => journal.read(filter));
  }

  /** Resolves when an event of this kind was journaled after the given one. */
  async function happened(
    reason: Reason,
    where: { node?: string; after?: number },
    ms = 90_000,
  ): Promise<Event> {
    let found: Event | undefined;
    await untilTrue(
      () => {
        found = events(where).find((event) => event.reason === reason);
        return found !== undefined;
      },
      () => `${where.node ?? 'the site'} never came to ${reason}\n${story()}`,
      ms,
      100,
    );
    if (!found) throw new Error('unreachable');
    return found;
  }

  /** The whole journal and the ends of the consoles: what a failed test shows. */
  function story(): string {
    const lines = events().map(
      ({ id, node, reason, message }) => `${id} ${node ?? '-'} ${reason}: ${message}`,
    );
    const consoles = machines.map(({ name }) => `── ${name}\n${tail(rack.machine(name).serialLog)}`);
    return [...lines, ...consoles, '── daemon', tail(log)].join('\n');
  }

  async function cli(...argv: string[]): Promise<string> {
    const [program, args] = inNamespace(rack.namespace, [process.execPath, MAIN, ...argv, '--data', data]);
    return (await execa(program, args, { env: GIT_ENV })).stdout;
  }

  async function close(): Promise<void> {
    await killDaemon('SIGTERM');
    await rack.close();
  }

  try {
    mkdirSync(repository);
    await execa('git', ['init', '-q', '-b', 'main'], { cwd: repository, env: GIT_ENV });
    await commit('The machines', files);
    await startDaemon();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    rack,
    log: () => tail(log, Number.POSITIVE_INFINITY),
    commit,
    startDaemon,
    killDaemon,
    state,
    events,
    happened,
    story,
    cli,
    close,
  };
}

function tail(file: string, size = 3_000): string {
  try {
    return readFileSync(file, 'utf8').slice(-size);
  } catch {
    return '';
  }
}
