/** One short run of a program. */

import { spawn } from 'node:child_process';

export interface Ran {
  /** Null when a signal ended it, or when it could not be started. */
  code: number | null;
  /** The end of what it wrote, both streams. */
  output: string;
}

export interface RunOptions {
  input?: string;
  /** ms, then it is killed. */
  timeout: number;
  env?: Record<string, string>;
}

const MOST = 16_384;

/** Runs program and arguments without a shell; never rejects. Messages are in English, whatever the daemon's locale. */
export function runProgram(
  command: readonly string[],
  { input = '', timeout, env }: RunOptions,
): Promise<Ran> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, { timeout, killSignal: 'SIGKILL', env: programEnv(env) });
    let output = '';
    const take = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-MOST);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    // It may end before it has read everything.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Debian keeps dnsmasq where the path of an ordinary user does not lead. */
export function programEnv(more: Record<string, string> = {}): Record<string, string> {
  return { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', ...more };
}
