import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('no file holds the leftover of a merge', () => {
  const cwd = join(import.meta.dirname, '../..');
  const { status, stdout } = spawnSync('git', ['grep', '-nE', '^(<{7}|>{7}) '], { cwd, encoding: 'utf8' });
  expect(stdout).toBe('');
  // Of git grep: nothing was found. Anything else: it did not look.
  expect(status).toBe(1);
});
