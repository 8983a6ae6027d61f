/** Files for a dnsmasq that the machine runs by itself: written, then its own reload command is run. */

import { checkFiles } from './check.ts';
import { CONF, type ConfigFiles, readFiles, replaceFiles, sameFiles } from './config-files.ts';
import { DhcpError } from './error.ts';
import { runProgram } from './run-program.ts';
import type { Applied, Runner } from './runner.ts';

export interface HandedOptions {
  program: readonly string[];
  directory: string;
  /** Program and arguments; nothing is run when it is empty. */
  reload: readonly string[];
}

const LONGEST = 60_000;

export async function createHanded({ program, directory, reload }: HandedOptions): Promise<Runner> {
  let files = await readFiles(directory);

  async function apply(wanted: ConfigFiles): Promise<Applied> {
    if (sameFiles(wanted, files)) return 'unchanged';
    await checkFiles(program, wanted);
    const before = files;
    const change = before?.get(CONF) === wanted.get(CONF) ? 'reload' : 'restart';
    try {
      await replaceFiles(directory, wanted);
      await runReload(change);
    } catch (error) {
      if (before) await rollBack(before, change);
      throw error;
    }
    files = wanted;
    return change === 'reload' ? 'reloaded' : 'restarted';
  }

  async function runReload(change: 'reload' | 'restart'): Promise<void> {
    if (reload.length === 0) return;
    const env = { BAREWRIGHT_CHANGE: change };
    const { code, output } = await runProgram(reload, { timeout: LONGEST, env });
    if (code === 0) return;
    const how = code === null ? 'could not be run to its end' : `ended with code ${code}`;
    const said = output.trim().split('\n').at(-1) ?? '';
    throw new DhcpError('reload', `the reload command ${how}${said && `: ${said}`}`);
  }

  /** What the machine's dnsmasq answers with now is out of sight; the files of before are the best that it can be given. */
  async function rollBack(before: ConfigFiles, change: 'reload' | 'restart'): Promise<void> {
    try {
      await replaceFiles(directory, before);
      await runReload(change);
    } catch {
      // The first error tells more, and the next attempt begins anew.
    }
  }

  return {
    apply,
    goOn: async () => {},
    inForce: () => files,
    warnings: () => [],
    close: async () => {},
  };
}
