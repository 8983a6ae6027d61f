/** What only the program sops can open: files for PGP or a cloud's key service, or written in a way that is not read here. */

import { execa } from 'execa';
import { SopsError } from '../sops/error.ts';
import type { Opened } from '../sops/open.ts';

const TIMEOUT = 60_000;

/**
 * Has sops decrypt the text, which goes in by stdin and comes out by stdout (getsops.io/docs, "Encrypting and decrypting from other
 * programs"), so nothing is on a disk or a command line. It gets the daemon's environment, for its keys. `why` says why it is needed. Rejects with SopsError 'program'.
 */
export async function openWithProgram(
  file: string,
  text: string,
  why: string,
  env: NodeJS.ProcessEnv,
): Promise<Opened> {
  const type = file.endsWith('.json') ? 'json' : 'yaml';
  const args = ['decrypt', '--input-type', type, '--output-type', 'json'];
  const result = await execa('sops', args, {
    ...{ env, extendEnv: false, input: text, reject: false, timeout: TIMEOUT, forceKillAfterDelay: 2000 },
  });
  if (result.code === 'ENOENT') throw refusal(why, 'which is not installed');
  if (result.failed && result.exitCode === undefined) {
    throw refusal(why, `which cannot be run, or was ended: ${firstLineOf(result.shortMessage)}`);
  }
  if (result.failed) throw refusal(why, `which refuses: ${firstLineOf(result.stderr)}`);
  try {
    return flatten(JSON.parse(result.stdout));
  } catch {
    throw refusal(why, 'whose answer is no JSON');
  }
}

function refusal(why: string, what: string): SopsError {
  return new SopsError('program', `${why}; that takes the program sops, ${what}`);
}

function firstLineOf(words: string | undefined): string {
  const line = (words ?? '').split('\n').find((text) => text.trim() !== '') ?? 'it gave no reason';
  return line.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ').slice(0, 300);
}

function flatten(value: unknown, path: string[] = [], into = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null) {
    for (const [name, child] of Object.entries(value)) flatten(child, [...path, name], into);
  } else if (value !== null) {
    into.set(path.join('.'), String(value));
  }
  return into;
}
