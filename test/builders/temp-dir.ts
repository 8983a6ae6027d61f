import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new directory, removed with all it holds when the test is over. */
export function aTempDir(): string {
  const path = mkdtempSync(join(tmpdir(), 'barewright-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
