/** `run --store …`: where the journal is kept. */

import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { StoreSettings } from '../daemon/settings.ts';
import { parseRedisAddress } from '../journal/redis/address.ts';
import type { SecretRef } from '../model/secret-ref.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

export interface StoreOptions {
  store?: string;
  storePassword?: string;
  storeCa?: string;
  storeTrusted?: boolean;
}

export function addStoreOptions(command: Command): void {
  command
    .option(
      '--store <url>',
      'keep the journal in Redis: redis://, rediss:// or unix:// (default: a file in --data)',
    )
    .option('--store-password <ref>', 'where its password lies: file:PATH or env:NAME')
    .option('--store-ca <file>', 'certificates that vouch for a rediss:// server')
    .option('--store-trusted', 'take its word for keeping what it acknowledges, where it tells no settings');
}

/** Undefined where no store was named. Throws a CliError, which never repeats a URL: there may be a password in it. */
export function storeOf({ cwd }: Pick<Context, 'cwd'>, options: StoreOptions): StoreSettings | undefined {
  const { store, storePassword, storeCa, storeTrusted = false } = options;
  if (store === undefined) {
    if (storePassword === undefined && storeCa === undefined && !storeTrusted) return undefined;
    throw new CliError(EXIT.usage, '--store-password, --store-ca and --store-trusted go with --store.');
  }
  const address = parseRedisAddress(store);
  if (typeof address === 'string') throw new CliError(EXIT.usage, `The URL of --store ${address}`);
  return {
    address,
    password: storePassword === undefined ? null : passwordOf(storePassword, cwd),
    caFile: storeCa === undefined ? null : resolve(cwd, storeCa),
    trusted: storeTrusted,
  };
}

function passwordOf(text: string, cwd: string): SecretRef {
  const [, kind, rest = ''] = /^(file|env):(.+)$/.exec(text) ?? [];
  if (kind === 'file') return { file: resolve(cwd, rest) };
  if (kind === 'env') return { env: rest };
  throw new CliError(
    EXIT.usage,
    '--store-password takes no password, which everybody on this machine could read.',
    'Say where it lies: file:PATH or env:NAME.',
  );
}
