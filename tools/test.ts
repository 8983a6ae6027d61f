/** `npm test`: brings the system programs, then runs every test; says what it leaves out, and under CI leaves out nothing. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptLine, install, missingPackages, suiteNamed } from './system-packages.ts';

const suite = suiteNamed(process.argv[2]?.replace(/^--/, ''));
const isCi = process.env['CI'] === 'true';
const path = process.env['PATH'] ?? '';
const asked = process.argv.slice(suite ? 3 : 2);

let missing = missingPackages(path, suite);
if (missing.length > 0 && install(missing)) missing = missingPackages(path, suite);
const leftOut = [...new Set(missing.flatMap(({ tests }) => tests))];
if (missing.length > 0) {
  console.error(
    `\nNot installed: ${missing.map(({ name }) => name).join(', ')}. To have them:\n  ${aptLine(missing)}`,
  );
  console.error(`Left out: ${leftOut.join(' ')}\n`);
  if (isCi) {
    console.error('Under CI nothing may be left out.');
    process.exit(1);
  }
}

const scratch = mkdtempSync(join(tmpdir(), 'barewright-test-'));
const report = join(scratch, 'report.json');
const run = spawnSync(
  'vitest',
  [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...leftOut.map((glob) => `--exclude=${glob}`),
    ...asked,
  ],
  { stdio: 'inherit', env: { ...process.env, BAREWRIGHT_SUITE: suite ?? '' } },
);
const counts = summary(report);
rmSync(scratch, { recursive: true, force: true });
if (counts) {
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  if (isCi && counts.skipped > 0) {
    console.error('Under CI a skipped test fails the run.');
    process.exit(1);
  }
}
process.exit(run.status ?? 1);

function summary(file: string): { passed: number; failed: number; skipped: number } | null {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    return {
      passed: result.numPassedTests,
      failed: result.numFailedTests + (result.numFailedTestSuites > 0 && result.numFailedTests === 0 ? 1 : 0),
      skipped: result.numPendingTests + result.numTodoTests,
    };
  } catch {
    return null;
  }
}
