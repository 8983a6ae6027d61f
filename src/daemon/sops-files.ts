/** Values of the SOPS files of the site, decrypted in memory; what is decrypted once is kept until file or key changes. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Site } from '../model/desired.ts';
import { SopsError } from '../sops/error.ts';
import { type Opened, openSopsFile } from '../sops/open.ts';
import type { DaemonSettings } from './settings.ts';
import { openWithProgram } from './sops-program.ts';

export interface SopsFiles {
  /** From now on these are the files: path in the repository → text as it stands there. */
  use(texts: ReadonlyMap<string, string>): void;
  /** Rejects with an Error that names file and key, never a value. */
  read(file: string, key: string): Promise<string>;
}

/** Of one site, for those who work without the daemon; the age keys are the environment's. */
export function sopsFilesAt({ texts }: Pick<Site, 'texts'>, env: NodeJS.ProcessEnv): SopsFiles {
  const files = createSopsFiles({ env });
  files.use(texts);
  return files;
}

/** As the command line says. */
export function sopsFilesOf({ ageKeyFile, env }: Pick<DaemonSettings, 'ageKeyFile' | 'env'>): SopsFiles {
  return createSopsFiles({ env, ...(ageKeyFile === undefined ? {} : { ageKeyFile }) });
}

interface Options {
  /** Of age's secret keys; without it those that `SOPS_AGE_KEY_FILE` and `SOPS_AGE_KEY` name. */
  ageKeyFile?: string;
  env: NodeJS.ProcessEnv;
  clock?(): number;
}

/** Before the program sops is asked again for what it refused, ms: it may ask a server. */
const PROGRAM_PAUSE = 60_000;

export function createSopsFiles({ ageKeyFile, env, clock = Date.now }: Options): SopsFiles {
  const keyFile = ageKeyFile ?? env['SOPS_AGE_KEY_FILE'];
  let files: ReadonlyMap<string, string> = new Map();
  const known = new Map<string, { mark: string; until: number; opened: Promise<Opened> }>();

  async function read(file: string, key: string): Promise<string> {
    try {
      const value = (await open(file)).get(key);
      if (value === undefined) throw new SopsError('missing', 'is not there');
      if (value === null) throw new SopsError('tampered', 'is not encrypted, so it is no secret any more');
      if (value === '') throw new SopsError('missing', 'is empty');
      return value.replace(/\r?\n$/, '');
    } catch (error) {
      if (!(error instanceof SopsError)) throw error;
      const about = error.code === 'missing' ? `the key ${key} of ${file}` : `${file} (for its key ${key})`;
      throw new Error(`${about} ${error.message}`);
    }
  }

  async function open(file: string): Promise<Opened> {
    const text = files.get(file);
    if (text === undefined)
      throw new SopsError('missing', 'is not there: the commit in force has no such file');
    const identities = await readIdentities();
    const mark = createHash('sha256')
      .update(JSON.stringify([text, identities]))
      .digest('hex');
    const before = known.get(file);
    if (before?.mark === mark && clock() < before.until) return before.opened;
    const entry = { mark, until: Number.POSITIVE_INFINITY, opened: openAnyhow(file, text, identities) };
    known.set(file, entry);
    await entry.opened.catch((error: unknown) => {
      if (error instanceof SopsError && error.code === 'program') entry.until = clock() + PROGRAM_PAUSE;
    });
    return entry.opened;
  }

  async function openAnyhow(file: string, text: string, identities: string[]): Promise<Opened> {
    try {
      return await openSopsFile(text, identities);
    } catch (error) {
      if (!(error instanceof SopsError) || error.code !== 'foreign') throw error;
      return openWithProgram(file, text, error.message, env);
    }
  }

  async function readIdentities(): Promise<string[]> {
    const text = keyFile === undefined ? '' : await readKeyFile(keyFile);
    const lines = `${text}\n${env['SOPS_AGE_KEY'] ?? ''}`.split('\n').map((line) => line.trim());
    return lines.filter((line) => line !== '' && !line.startsWith('#'));
  }

  return {
    read,
    use(texts) {
      files = texts;
      for (const file of known.keys()) if (!texts.has(file)) known.delete(file);
    },
  };
}

async function readKeyFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new SopsError('no-key', `needs the age key file ${file}, which cannot be read (${why})`);
  }
}
