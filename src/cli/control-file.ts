/** Where the daemon of this machine is found: `control.json` in its data directory. */

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ControlFile } from '../model/api.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

export interface FoundControl extends ControlFile {
  dataDir: string;
}

type Place = Pick<Context, 'cwd' | 'env'>;

/** The daemon's own default, where nothing is said. */
export function defaultDataDir({ env, cwd }: Place): string {
  return resolve(env['BAREWRIGHT_DATA'] || join(env['HOME'] || cwd, '.local/state/barewright'));
}

/** Throws CliError 'unreachable' where no daemon has left its file. */
export async function findControl(place: Place, data?: string): Promise<FoundControl> {
  const places = placesToLook(place, data);
  for (const dataDir of places) {
    const control = await readControl(dataDir);
    if (control) return { ...control, dataDir };
  }
  throw new CliError(
    EXIT.unreachable,
    `no daemon runs with the data directory ${places.join(' or ')}`,
    'start one (barewright run, or barewright demo), or name its directory with --data or BAREWRIGHT_DATA',
  );
}

function placesToLook(place: Place, data: string | undefined): string[] {
  const named = data ?? place.env['BAREWRIGHT_DATA'];
  if (named) return [resolve(place.cwd, named)];
  return [resolve(place.cwd, '.barewright'), defaultDataDir(place)];
}

async function readControl(dataDir: string): Promise<ControlFile | null> {
  const file = join(dataDir, 'control.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ControlFile;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new CliError(
      EXIT.unreachable,
      `${file} cannot be read: ${message}`,
      'it belongs to the user that the daemon runs as',
    );
  }
}
