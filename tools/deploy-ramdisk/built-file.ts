/** What a build has made, as a profile names it; and whether it has to be made again. */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface BuiltFile {
  file: string;
  sha256: string;
  bytes: number;
}

export function builtFile(file: string): BuiltFile {
  const content = readFileSync(file);
  return { file, sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length };
}

/** What was built from the same inputs before is not built again; the manifest holds both. */
export function unlessBuilt<T>(manifest: string, inputs: string, build: () => T): T {
  if (existsSync(manifest)) {
    const before: { inputs: string; built: T } = JSON.parse(readFileSync(manifest, 'utf8'));
    if (before.inputs === inputs) return before.built;
  }
  rmSync(manifest, { force: true });
  const built = build();
  writeFileSync(manifest, `${JSON.stringify({ inputs, built }, null, 2)}\n`);
  return built;
}

/** Sources outside this folder that have a part in what is built. */
const SHARED = ['render/cpio.ts', 'agent/files/sign.sh', 'agent/files/text.sh'];

/** A digest over every script that has a part in it, and over what else decides. */
export function digestOfScripts(more: unknown): string {
  const here = import.meta.dirname;
  const hash = createHash('sha256').update(JSON.stringify(more));
  const files = readdirSync(here, { recursive: true, encoding: 'utf8' }).map((path) => join(here, path));
  for (const file of [...files, ...SHARED.map((path) => join(here, '../../src', path))].sort()) {
    if (statSync(file).isFile()) hash.update(`\0${file.slice(here.length)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}
