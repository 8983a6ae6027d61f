import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type NetbootStore, openNetbootStore, type StoreOptions } from '../../src/netboot/store.ts';
import { aTempDir } from '../builders/temp-dir.ts';

/** In a folder of its own, unless it is given one; closed with the test. */
export async function aStore(
  change: Partial<StoreOptions> = {},
): Promise<NetbootStore & { directory: string }> {
  const directory = change.directory ?? join(aTempDir(), 'netboot');
  const store = await openNetbootStore({ directory, ...change });
  onTestFinished(store.close);
  return { ...store, directory };
}
