/** `npm run verify`: what must hold of the source itself. Runs everything, then names what failed. */

import { spawnSync } from 'node:child_process';

const CHECKS: readonly [name: string, program: string, args: string[]][] = [
  ['types', 'tsc', ['--noEmit', '-p', '.']],
  ['lint and format', 'biome', ['ci', '--error-on-warnings', '.']],
  [
    'layers, dead code, schemas in step with types',
    'vitest',
    ['run', 'test/source', 'test/desired/schemas.test.ts'],
  ],
];

const failed: string[] = [];
for (const [name, program, args] of CHECKS) {
  console.log(`\n── ${name}`);
  if (spawnSync(program, args, { stdio: 'inherit' }).status !== 0) failed.push(name);
}

console.log('\n── clean tree');
const dirty = spawnSync('git', ['status', '--porcelain'], { encoding: 'utf8' }).stdout.trimEnd();
if (dirty) {
  console.log(`${dirty}\nThe tree has changes: commit them, or ignore what is made.`);
  failed.push('clean tree');
}

console.log(failed.length === 0 ? '\nAll good.' : `\nFailed: ${failed.join('; ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
