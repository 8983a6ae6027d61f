/**
 * `npm test`: brings the system programs, then runs every test, stage after stage; says what it leaves out, and under CI
 * leaves out nothing. `npm run test:metal` runs the long forms.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVERY_RUN, OTHER_RUNS, type StageName } from './stages.ts';
import { aptLine, bringLists, install, missingPackages, NEEDS_ROOT } from './system-packages.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
}

const other = OTHER_RUNS[process.argv[2] ?? ''];
const isCi = process.env['CI'] === 'true';
const isRoot = process.getuid?.() === 0;
const path = process.env['PATH'] ?? '';
const asked = process.argv.slice(other ? 3 : 2);
const stages = other ?? EVERY_RUN;

let missing = missingPackages(path);
if (missing.length > 0 && install(missing)) missing = missingPackages(path);
const kernels = bringLists();
const reasons: [why: string, tests: string[]][] = [
  ...(missing.length > 0
    ? [
        [
          `Not installed: ${missing.map(({ name }) => name).join(', ')}. To have them:\n  ${aptLine(missing)}`,
          missing.flatMap(({ tests }) => tests),
        ] as [string, string[]],
      ]
    : []),
  ...(isRoot
    ? []
    : [['Not root, so no network namespaces and virtual racks.', NEEDS_ROOT] as [string, string[]]]),
  ...kernels,
];
const leftOut = [...new Set(reasons.flatMap(([, tests]) => tests))];
for (const [why] of reasons) console.error(`\n${why}`);
if (leftOut.length > 0) {
  console.error(`Left out: ${leftOut.join(' ')}\n`);
  if (isCi) {
    console.error('Under CI nothing may be left out.');
    process.exit(1);
  }
}

const results = stages.map((stage) => [stage, runStage(stage)] as const);
const sum = (key: keyof Counts) => results.reduce((total, [, counts]) => total + counts[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
console.log(results.map(([stage, { seconds }]) => `${stage} ${seconds} s`).join(', '));
if (isCi && sum('skipped') > 0) {
  console.error('Under CI a skipped test fails the run.');
  process.exit(1);
}
if (sum('passed') + sum('failed') === 0) {
  console.error('No test was run.');
  process.exit(1);
}
process.exit(sum('failed') > 0 ? 1 : 0);

function runStage(stage: StageName): Counts {
  const scratch = mkdtempSync(join(tmpdir(), 'barewright-test-'));
  const report = join(scratch, 'report.json');
  const start = performance.now();
  const { status } = spawnSync(
    'vitest',
    [
      ...['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, '--passWithNoTests'],
      ...leftOut.map((glob) => `--exclude=${glob}`),
      ...asked,
    ],
    { stdio: 'inherit', env: { ...process.env, BAREWRIGHT_STAGE: stage } },
  );
  const counts = summary(report, status === 0);
  rmSync(scratch, { recursive: true, force: true });
  return { ...counts, seconds: Math.round((performance.now() - start) / 1_000) };
}

/** A file that cannot even be read counts as a failure, and so does a run that breaks off. */
function summary(file: string, isGood: boolean): Omit<Counts, 'seconds'> {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    const failed = isGood ? result.numFailedTests : Math.max(1, result.numFailedTests);
    return { passed: result.numPassedTests, failed, skipped: result.numPendingTests + result.numTodoTests };
  } catch {
    return { passed: 0, failed: isGood ? 0 : 1, skipped: 0 };
  }
}
