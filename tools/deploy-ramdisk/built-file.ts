/** What a build has made, as a profile names it. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface BuiltFile {
  file: string;
  sha256: string;
  bytes: number;
}

export function builtFile(file: string): BuiltFile {
  const content = readFileSync(file);
  return { file, sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length };
}
