/** The forge as the person, or the CI job, that runs a command may use it. */

import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { ReviewForge } from '../model/desired.ts';
import type { Forge } from '../review/forge.ts';
import { openForge } from '../review/open-forge.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

export interface ForgeTokenOptions {
  tokenFile?: string;
}

/** The caller closes it. */
export function openUserForge(context: Context, forge: ReviewForge, token: string): Forge {
  return openForge(forge, { token: async () => token, ca: () => authorityOf(context, forge) });
}

/** Null where there is none. Throws CliError for a file that cannot be read, or is empty. */
export async function forgeToken(
  { cwd, env }: Context,
  { tokenFile }: ForgeTokenOptions,
): Promise<string | null> {
  if (tokenFile === undefined) return env['BAREWRIGHT_FORGE_TOKEN'] || null;
  const file = resolve(cwd, tokenFile);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CliError(
      EXIT.error,
      `${file} cannot be read: ${error.code}`,
      'it is to hold the token of the forge',
    );
  });
  const token = text.split('\n', 1)[0]?.trim() ?? '';
  if (token === '') throw new CliError(EXIT.error, `${file} is empty`, 'its first line is to be the token');
  return token;
}

/** The daemon's secrets directory is not this user's: a relative file is left to the system's authorities. */
async function authorityOf({ env }: Context, { ca }: ReviewForge): Promise<string | null> {
  if (!ca) return null;
  if ('env' in ca) return env[ca.env] ?? null;
  return 'file' in ca && isAbsolute(ca.file) ? readFile(ca.file, 'utf8') : null;
}
