// Brings what is missing (npm packages, Node 24 among them), then runs one job with the project's own Node.
// Plain JavaScript without dependencies: it must start on any Node >= 20, in a fresh clone.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules', '.bin');
const stamp = join(root, 'node_modules', '.barewright-lock');

/** Each job: a list of commands, run one after the other with `node_modules/.bin` first on the path. */
const JOBS = {
  // The flag stands in the first line of main.ts too (docs/performance.md).
  start: [['node', '--max-semi-space-size=16', 'src/main.ts', 'demo']],
  test: [['node', 'tools/test.ts']],
  metal: [['node', 'tools/test.ts', '--metal']],
  install: [['node', 'tools/test.ts', '--install']],
  faults: [['node', 'test/faults/run.ts']],
  bench: [['node', 'test/bench/run.ts']],
  verify: [['node', 'tools/verify.ts']],
};

const [job = '', ...extra] = process.argv.slice(2);
const commands = JOBS[job];
if (!commands) {
  console.error(`setup: no job "${job}"; one of ${Object.keys(JOBS).join(', ')}`);
  process.exit(2);
}

installPackages();
process.exitCode = await runAll(commands);

function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Setting up: npm packages, Node 24 among them (once; about 10 s) …');
  const done = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0) {
    console.error('setup: "npm ci" failed; its message is above. Mend that and run the same command again.');
    process.exit(1);
  }
  if (!existsSync(join(bin, 'node'))) {
    console.error(
      `setup: no Node 24 for ${process.platform}-${process.arch} came with npm; Linux on x64 or arm64 is needed.`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

async function runAll(list) {
  for (const [index, [program, ...args]] of list.entries()) {
    const code = await run(program, index === list.length - 1 ? [...args, ...extra] : args);
    if (code !== 0) return code;
  }
  return 0;
}

/** Runs one program in the foreground. Ctrl-C reaches it through the terminal; this process only waits for its end. */
function run(program, args) {
  const child = spawn(join(bin, program), args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
  });
  const keepWaiting = () => {};
  const forward = () => child.kill('SIGTERM');
  process.on('SIGINT', keepWaiting);
  process.on('SIGTERM', forward);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', keepWaiting);
      process.off('SIGTERM', forward);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}
