import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TargetFile } from '../../src/render/target-files.ts';

const TYPE = 0o170000;
const LINK = 0o120000;

/** Puts files where an installer would put them, below `root`. */
export function putFiles(root: string, files: readonly TargetFile[]): void {
  for (const { path, mode, content } of files) {
    const place = join(root, path);
    mkdirSync(dirname(place), { recursive: true });
    if ((mode & TYPE) === LINK) {
      symlinkSync(content, place);
      continue;
    }
    writeFileSync(place, content);
    chmodSync(place, mode & 0o7777);
  }
}
