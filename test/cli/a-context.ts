import type { Context } from '../../src/cli/context.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { T0 } from '../builders/commit.ts';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command line in this process: two minutes past T0, in Johannesburg, on no terminal. */
export async function cli(argv: readonly string[], change: Partial<Context> = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const context: Context = {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    env: {},
    cwd: '/nonexistent',
    signal: new AbortController().signal,
    now: () => T0 + 120_000,
    timeZone: 'Africa/Johannesburg',
    isTTY: false,
    columns: 80,
    ask: null,
    keyboard: null,
    ...change,
  };
  const code = await runCli(argv, context);
  return { code, stdout: out.join(''), stderr: err.join('') };
}
