/** nginx as the site wants it: its files, and its configuration, checked by nginx itself and replaced whole. */

import {
  chmod,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

export interface OffloadOptions {
  /** Absolute, read by nginx's own user. */
  directory: string;
  /** Absolute, the file that nginx takes in within `http`. */
  configuration: string;
  /** Program and arguments; nothing is run when it is empty. */
  reload: readonly string[];
}

const LONGEST = 30_000;
const ENV = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/**
 * Puts the text in force. Resolves with whether it was another; rejects with a sentence that says why not, and the file of
 * before stands again.
 */
export async function configureNginx(options: OffloadOptions, text: string): Promise<boolean> {
  const { configuration, reload } = options;
  const before = await readFile(configuration, 'utf8').catch(() => null);
  if (before === text) return false;
  await judge(text);
  await replace(configuration, text);
  const [program, ...args] = reload;
  if (program === undefined) return true;
  try {
    await execa(program, args, { env: ENV, extendEnv: false, timeout: LONGEST, stdin: 'ignore' });
    return true;
  } catch (error) {
    if (before === null) await rm(configuration, { force: true });
    else await replace(configuration, before);
    throw new Error(`its reload command failed: ${lastLine(error)}`, { cause: error });
  }
}

/** `nginx -t` of a whole configuration with nothing in it but this. */
async function judge(text: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'barewright-nginx-'));
  try {
    const [part, main] = [join(folder, 'part.conf'), join(folder, 'nginx.conf')];
    await writeFile(part, text);
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `${kind}_temp_path ${folder};`,
    );
    await writeFile(
      main,
      `pid ${folder}/pid;\nerror_log stderr;\nevents {}\nhttp {\n${temp.join('\n')}\ninclude ${part};\n}\n`,
    );
    await execa('nginx', ['-t', '-q', '-e', 'stderr', '-c', main], {
      env: ENV,
      extendEnv: false,
      timeout: LONGEST,
    });
  } catch (error) {
    throw new Error(`nginx refuses the configuration: ${lastLine(error)}`, { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lastLine(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'the program is not installed';
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  const lines = said.split('\n').filter((line) => !/test failed$/.test(line));
  return lines.at(-1)?.replace(/^nginx: /, '') || String(error);
}

async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const scratch = `${path}.new`;
  await writeFile(scratch, text, { mode: 0o644 });
  await rename(scratch, path);
}

/**
 * Has exactly these files in the directory, by their digests: linked where that is the same file system, or else copied, and
 * readable by everybody, since every machine may fetch them. Resolves with the digests that are there.
 */
export async function publish(directory: string, files: ReadonlyMap<string, string>): Promise<Set<string>> {
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const there = new Set(await readdir(directory));
  for (const name of there) if (!files.has(name)) await rm(join(directory, name), { force: true });
  for (const [digest, path] of files) if (!there.has(digest)) await put(path, join(directory, digest));
  return new Set(files.keys());
}

async function put(from: string, to: string): Promise<void> {
  await link(from, to).catch(async () => {
    const scratch = `${to}.new`;
    await copyFile(from, scratch);
    await rename(scratch, to);
  });
  await chmod(to, 0o644);
}
