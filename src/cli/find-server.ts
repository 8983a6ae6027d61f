/** Which daemon a verb speaks to: the one of this machine, by its data directory; or one elsewhere, by its address. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from './context.ts';
import { findControl } from './control-file.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { ClientOptions } from './options.ts';

export interface Server {
  url: string;
  token: string;
  /** How it is to be trusted; nothing: as Node.js does. */
  trust: { ca?: string; allowPartialTrustChain?: true; checkServerIdentity?: () => undefined };
  /** For messages: `the daemon of /var/lib/barewright (process 17)`. */
  name: string;
}

const LOOPBACK = /^(?:127(?:\.\d+){3}|\[::1\]|localhost)$/;

/** Throws CliError where there is none, or where it may not be told the token. */
export async function findServer(context: Context, options: ClientOptions): Promise<Server> {
  const asked = options.data === undefined ? (options.server ?? context.env['BAREWRIGHT_SERVER']) : undefined;
  if (!asked) {
    const { url, token, pid, dataDir, certificate } = await findControl(context, options.data);
    const trust = certificate === undefined ? {} : trustAlone(certificate);
    return { url, token, trust, name: `the daemon of ${dataDir} (process ${pid})` };
  }
  const url = addressOf(asked);
  const ca = options.ca ?? context.env['BAREWRIGHT_CA'];
  return {
    ...{ url, token: await tokenOf(context), name: `the daemon at ${url}` },
    trust: ca ? { ca: await read(context, ca, 'certificates') } : {},
  };
}

/** This very certificate, whatever name it bears. */
function trustAlone(ca: string): Server['trust'] {
  return { ca, allowPartialTrustChain: true, checkServerIdentity: () => undefined };
}

/** A token goes nowhere in the clear. */
function addressOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname)))
    return url.origin;
  throw new CliError(EXIT.usage, `${text} is no address of a daemon`, 'write https://HOST:PORT');
}

/** Never on the command line, where others of the machine could read it. */
async function tokenOf(context: Context): Promise<string> {
  const { BAREWRIGHT_TOKEN: token, BAREWRIGHT_TOKEN_FILE: file } = context.env;
  const found = token || (file && (await read(context, file, 'token')).split('\n')[0]) || '';
  if (/^[\x21-\x7e]+$/.test(found.trim())) return found.trim();
  throw new CliError(
    EXIT.usage,
    'a daemon elsewhere needs a token',
    'put it into BAREWRIGHT_TOKEN, or name a file with BAREWRIGHT_TOKEN_FILE',
  );
}

async function read({ cwd }: Context, file: string, what: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    throw new CliError(EXIT.error, `the ${what} in ${file} cannot be read: ${(error as Error).message}`);
  }
}
