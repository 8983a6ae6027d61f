import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGit } from './command.ts';
import { type Environment, readEnvironment } from './environment.ts';

export interface MirrorOptions {
  url: string;
  /** Of one daemon: two must not share it. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  timeout: number;
  signal: AbortSignal;
}

/**
 * The bare repository under `dataDir` that holds what was fetched from `url`; made where it is missing or half made,
 * without asking the server. Returns its path.
 */
export async function openMirror(options: MirrorOptions): Promise<string> {
  const name = createHash('sha256').update(options.url).digest('hex').slice(0, 16);
  const mirrors = join(options.dataDir, 'mirrors');
  const dir = join(mirrors, `${name}.git`);
  await mkdir(mirrors, { recursive: true });
  if (await isWhole(dir, options)) {
    await clearLeftovers(dir);
    return dir;
  }
  const half = join(mirrors, `${name}.new`);
  await rm(half, { recursive: true, force: true });
  await rm(dir, { recursive: true, force: true });
  await mkdir(half);
  const git = createGit({ ...options, where: half, cwd: half, env: readEnvironment(options.env) });
  await git.text(['init', '--quiet', '--bare', '.']);
  await rm(join(half, 'hooks'), { recursive: true, force: true });
  await writeFile(join(half, 'config'), configText(options.url));
  await rename(half, dir);
  return dir;
}

/** Nothing here says "partial clone": so git never fetches single objects behind our back, see `fetchSettings`. */
function configText(url: string): string {
  const quoted = url.replace(/["\\]/g, '\\$&');
  return `[core]
\trepositoryformatversion = 0
\tbare = true
\thooksPath = /dev/null
[remote "origin"]
\turl = "${quoted}"
`;
}

async function isWhole(dir: string, { url, env, timeout, signal }: MirrorOptions): Promise<boolean> {
  const config = await readFile(join(dir, 'config'), 'utf8').catch(() => '');
  if (config !== configText(url)) return false;
  const git = createGit({
    where: dir,
    cwd: dir,
    env: mirrorEnvironment(readEnvironment(env), dir),
    timeout,
    signal,
  });
  return git.text(['rev-parse', '--git-dir']).then(
    () => true,
    () => false,
  );
}

export function mirrorEnvironment(env: Environment, dir: string): Environment {
  return { ...env, GIT_DIR: dir };
}

/** A killed fetch leaves locks, which would refuse every later one, and unfinished packs. The mirror is ours alone. */
async function clearLeftovers(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    if (/\.lock$|^tmp_|^gc\.pid$/.test(entry.name))
      await rm(join(entry.parentPath, entry.name), { force: true });
  }
}
