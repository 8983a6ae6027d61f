/** One dnsmasq in the foreground: started, told to read its files anew, ended. */

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CONF } from './config-files.ts';
import { DhcpError } from './error.ts';
import { type LogLine, parseLogLine } from './log-line.ts';
import { endOrphan } from './orphan.ts';
import { programEnv } from './run-program.ts';

export interface ChildOptions {
  /** Program and leading arguments. */
  program: readonly string[];
  directory: string;
  leaseFile: string;
  onLine(line: LogLine): void;
  /** Every line of its log. */
  onLog(line: string): void;
}

export interface Child {
  pid: number;
  /** Sends SIGHUP; resolves when all files were read. Rejects with a DhcpError `reload` when it ends, or does not. */
  reload(): Promise<void>;
  /** SIGTERM, then SIGKILL; resolves when it is gone. */
  stop(): Promise<void>;
  kill(): void;
  /** Resolves with why it ended. */
  ended: Promise<string>;
}

/** Reading the files of 100,000 hosts took up to 32 s in a measurement. */
const LONGEST_START = 90_000;
const PATIENCE_AT_END = 5_000;
/** 2.90 may crash behind the last file that it reads. */
const AFTERSHOCK = 150;

/** Resolves when it has read its files; rejects with a DhcpError `start` that repeats what it said. */
export async function startChild({
  program,
  directory,
  leaseFile,
  onLine,
  onLog,
}: ChildOptions): Promise<Child> {
  const conf = `--conf-file=${join(directory, CONF)}`;
  const pidFile = join(directory, 'pid');
  await endOrphan(pidFile, conf);
  const [name = '', ...before] = program;
  const args = [conf, `--pid-file=${pidFile}`, `--dhcp-leasefile=${leaseFile}`];
  // A log that nobody reads must not hold up DHCP: at most 100 lines wait for the pipe.
  const log = ['--log-facility=-', '--log-async=100'];
  // In a session of its own: Ctrl-C at a terminal is the daemon's affair, which ends it in order.
  const child = spawn(name, [...before, '--keep-in-foreground', ...args, ...log], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    env: programEnv(),
  });
  const faults: string[] = [];
  let waiter: { done(): void; fail(why: string): void } | null = null;
  const ended = follow(child, (line, text) => {
    if (line?.kind === 'fault') faults.push(line.text);
    else if (line === null && /^dnsmasq: /.test(text)) faults.push(text.replace(/^dnsmasq: /, ''));
    faults.splice(0, faults.length - 3);
    if (line?.kind === 'fault' && line.text.includes(directory)) waiter?.fail(line.text);
    // The options are the last of its files.
    if (line?.kind === 'read' && line.file === join(directory, 'opts')) waiter?.done();
    onLog(text);
    if (line) onLine(line);
  }).then((how) => (faults.length > 0 ? faults.join('; ') : how));

  /** Until it has read its files: its own word, its end, or too long a time. */
  async function readFiles(): Promise<void> {
    const read = Promise.withResolvers<void>();
    waiter = { done: read.resolve, fail: (why) => read.reject(new Error(why)) };
    const timer = setTimeout(() => waiter?.fail('it did not read its files in time'), LONGEST_START);
    void ended.then((why) => waiter?.fail(why));
    try {
      await read.promise;
    } finally {
      clearTimeout(timer);
      waiter = null;
    }
  }

  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_AT_END);
    await ended;
    clearTimeout(timer);
  }

  try {
    await readFiles();
  } catch (error) {
    await stop();
    throw new DhcpError('start', `dnsmasq does not start: ${(error as Error).message}`);
  }

  return {
    pid: child.pid ?? 0,
    async reload() {
      faults.length = 0;
      const read = readFiles();
      child.kill('SIGHUP');
      try {
        await read;
        await survived(ended);
      } catch (error) {
        throw new DhcpError('reload', `dnsmasq did not take its new files: ${(error as Error).message}`);
      }
    },
    stop,
    kill: () => void child.kill('SIGKILL'),
    ended,
  };
}

/** Hands every line of its log on; resolves with how it ended. */
function follow(child: ChildProcess, onText: (line: LogLine | null, text: string) => void): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) =>
      resolve(signal ? `it was ended by ${signal}` : `it ended with code ${code}`),
    );
    if (!child.stderr) return;
    createInterface({ input: child.stderr }).on('line', (text) => onText(parseLogLine(text), text));
  });
}

async function survived(ended: Promise<string>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const calm = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), AFTERSHOCK);
  });
  const why = await Promise.race([ended, calm]);
  clearTimeout(timer);
  if (why !== null) throw new Error(why);
}
