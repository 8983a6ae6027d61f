/** The pages' style sheets and scripts, read once; a browser asks each time whether they are still the same. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

export interface Asset {
  body: Buffer;
  type: string;
  /** Strong: over every byte of the body. */
  etag: string;
}

/** Only what lies in the folder can be asked for, by its bare name: no request becomes a path. */
export function loadAssets(folder = join(import.meta.dirname, 'assets')): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const name of readdirSync(folder)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const body = readFileSync(join(folder, name));
    const digest = createHash('sha256').update(body).digest('base64url').slice(0, 27);
    assets.set(name, { body, type, etag: `"${digest}"` });
  }
  return assets;
}

/** Whether `If-None-Match` names this very body. */
export function isFresh(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return known.includes(etag) || known.includes('*');
}
