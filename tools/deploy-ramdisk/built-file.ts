/** What a build has made, as a profile names it; and whether it has to be made again. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

/** A digest over the scripts that have a part in it, and over what else decides. Paths are relative to this folder. */
export function digestOfInputs(scripts: readonly string[], more: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(more));
  for (const path of [...scripts].sort()) {
    const file = join(import.meta.dirname, path);
    if (statSync(file).isFile()) hash.update(`\0${path}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}
