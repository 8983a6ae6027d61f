import { execa } from 'execa';
import { ENV } from '../git/a-repository.ts';
import type { Ran } from './a-context.ts';

export const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

/** Runs the real program. */
export async function spawnCli(argv: readonly string[], cwd = '/'): Promise<Ran> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, ...argv], {
    ...{ cwd, env: { ...ENV, USER: 'thandi', TZ: 'Etc/UTC' }, extendEnv: false },
    ...{ reject: false, stripFinalNewline: false, stdin: 'ignore' },
  });
  return { code: exitCode ?? -1, stdout, stderr };
}
