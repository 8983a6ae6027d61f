/** Ways to run distribution's `registry`: its program, or a container of it where only Docker is there. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { oneLine } from '../model/one-line.ts';
import { OwnRegistryError } from './error.ts';
import { endLeftovers } from './leftover.ts';

export interface Running {
  /** Lets requests under way come to their end, for up to 5 s. */
  stop(): Promise<void>;
  /** Resolves with why it ended. */
  ended: Promise<string>;
}

export interface Program {
  serve(configuration: string): Running;
  /** Runs a garbage collection to its end; every line that it writes is handed on. Rejects with OwnRegistryError. */
  collect(configuration: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
  /** Ends what an earlier daemon has left running. */
  clear(configuration: string): Promise<void>;
}

/** Longer than the registry's own `draintimeout`. */
const PATIENCE_AT_END = 15_000;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Debian's `docker-registry`, or another program that takes the same arguments. */
export function registryProgram(command: readonly string[] = ['docker-registry']): Program {
  return {
    serve: (configuration) => running(start([...command, 'serve', configuration])),
    collect: (configuration, onLine, signal) =>
      toEnd([...command, 'garbage-collect', configuration], onLine, signal),
    clear: (configuration) => endLeftovers(configuration, ['serve', 'garbage-collect']),
  };
}

/** Run by another, such as systemd, which `reload` has take the configuration that was written. */
export function registryService(reload: readonly string[], program: Program): Program {
  return {
    serve() {
      const never = new Promise<string>(() => {});
      const reloaded = toEnd([...reload], () => {}, new AbortController().signal).then(
        () => never,
        (error: Error) => `${reload.join(' ')}: ${error.message}`,
      );
      return { ended: reloaded, stop: async () => {} };
    },
    collect: program.collect,
    clear: (configuration) => endLeftovers(configuration, ['garbage-collect']),
  };
}

export interface ContainerPlaces {
  /** Reference of an image of `registry`, as Docker knows it. */
  image: string;
  /** Seen inside under the same path; the first is that of the configuration. */
  directories: readonly string[];
  docker?: readonly string[];
}

/** The container has the host's network, nothing of its disk but its directories, and the daemon's own user. */
export function registryContainer({ image, directories, docker = ['docker'] }: ContainerPlaces): Program {
  const name = (configuration: string, use: string) => `barewright-${use}-${nameOf(configuration)}`;
  const run = (configuration: string, use: string) => [
    ...[...docker, 'run', '--rm', '--name', name(configuration, use), '--network', 'host', '--read-only'],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...['--user', `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`],
    ...directories.flatMap((directory) => ['--volume', `${directory}:${directory}`]),
    ...['--entrypoint', '/bin/registry', image],
  ];
  const remove = (configuration: string, use: string) =>
    toEnd([...docker, 'rm', '--force', name(configuration, use)], () => {}, new AbortController().signal);

  return {
    serve(configuration) {
      return running(start([...run(configuration, 'registry'), 'serve', configuration]), () =>
        remove(configuration, 'registry'),
      );
    },
    async collect(configuration, onLine, signal) {
      // Ending the client ends no container.
      const end = () => void remove(configuration, 'collect').catch(() => {});
      signal.addEventListener('abort', end, { once: true });
      const command = [...run(configuration, 'collect'), 'garbage-collect', configuration];
      await toEnd(command, onLine, signal).finally(() => signal.removeEventListener('abort', end));
    },
    async clear(configuration) {
      await endLeftovers(configuration, ['serve', 'garbage-collect']);
      for (const use of ['registry', 'collect']) await remove(configuration, use).catch(() => {});
    },
  };
}

/** Tells the containers of several registries on one machine apart. */
function nameOf(configuration: string): string {
  return Buffer.from(configuration).toString('hex').slice(-24);
}

function start([name = '', ...args]: readonly string[]): ChildProcess {
  // In a session of its own: Ctrl-C at a terminal is the daemon's affair, which ends it in order.
  return spawn(name, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    env: { PATH, LC_ALL: 'C' },
  });
}

function running(child: ChildProcess, kill: () => Promise<unknown> = async () => {}): Running {
  const said: string[] = [];
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(plain(line));
      said.splice(0, said.length - 3);
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => {
      if (signal) return resolve(`it was ended by ${signal}`);
      resolve(said.length > 0 ? said.join('; ') : `it ended with code ${code}`);
    });
  });
  return {
    ended,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        kill().catch(() => {});
      }, PATIENCE_AT_END);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Of a line of its log, what it says. */
function plain(line: string): string {
  const message = /\bmsg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? line;
  return oneLine(message.replaceAll(/\\(.)/g, '$1'), 300);
}

async function toEnd(
  [name = '', ...args]: readonly string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(name, args, {
    ...{ stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { PATH, LC_ALL: 'C' } },
    ...{ signal, killSignal: 'SIGKILL' },
  });
  let last = '';
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      if (line.trim() !== '') last = plain(line);
      onLine(line);
    });
  }
  await new Promise<void>((resolve, reject) => {
    child.on('error', (error) => reject(new OwnRegistryError('collect', error.message, { cause: error })));
    child.on('close', (code, by) => {
      if (code === 0) return resolve();
      const how = by ? `it was ended by ${by}` : `it ended with code ${code}`;
      reject(new OwnRegistryError('collect', last === '' ? how : `${how}: ${last}`));
    });
  });
}
