/** Builds with buildah, which needs no daemon; the image reaches the registry by our own client. */

import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { execa } from 'execa';
import { createCopier } from '../registry/copy.ts';
import { openLayout } from '../registry/layout.ts';
import type { Builder, BuildRequest } from './builder.ts';
import { BuildError } from './errors.ts';

interface Options {
  /** For its images, caches and what is under way; of one daemon, and of one build at a time. */
  directory: string;
  env: NodeJS.ProcessEnv;
}

interface Ended {
  /** Null where it was killed. */
  exitCode: number | null;
  /** The last line that says something. */
  last: string;
}

const KEPT = [
  ...['PATH', 'HOME', 'USER', 'XDG_RUNTIME_DIR', 'STORAGE_DRIVER', 'REGISTRY_AUTH_FILE'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
];
/** Time to end by itself, ms. */
const KILL_AFTER = 5_000;
const CLEAR_WITHIN = 60_000;
const SETPRIV = '/usr/bin/setpriv';
/** Its own name for what it built last, so that the layers serve as a cache. */
const LOCAL = 'localhost/barewright';

export function createBuildah({ directory, env }: Options): Builder {
  const work = join(directory, 'work');
  const storage = ['--root', join(directory, 'storage'), '--runroot', join(directory, 'run')];
  const kept = KEPT.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  const own = { ...Object.fromEntries(kept), TMPDIR: work, LC_ALL: 'C' };

  /** Rejects with BuildError `unreachable` where there is no such program, and with the signal's reason. */
  async function buildah(
    args: readonly string[],
    signal: AbortSignal,
    { input, onLine }: { input?: AsyncIterable<Uint8Array>; onLine?(line: string): void } = {},
  ): Promise<Ended> {
    signal.throwIfAborted();
    // It ends with the daemon, even with one that is killed.
    const guard = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', '--'] : [];
    const [program = '', ...rest] = [...guard, 'buildah', ...args];
    const child = execa(program, rest, {
      ...{ env: own, extendEnv: false, reject: false, all: true, buffer: false, stdin: 'pipe' },
      ...{ cancelSignal: signal, forceKillAfterDelay: KILL_AFTER },
    });
    // A builder that fails early takes no more of its input; how it ended says why.
    let broken: unknown = null;
    const feed = Readable.from(input ?? [], { objectMode: false });
    feed.on('error', (error) => {
      broken = error;
      child.kill();
    });
    child.stdin.on('error', () => feed.destroy());
    feed.pipe(child.stdin);
    let last = '';
    for await (const line of child.iterable({ from: 'all' })) {
      last = line.trim() === '' ? last : line;
      onLine?.(line);
    }
    const { exitCode, code } = await child;
    if (broken !== null) throw broken;
    signal.throwIfAborted();
    if (code === 'ENOENT' || exitCode === 127) throw missing();
    return { exitCode: exitCode ?? null, last };
  }

  async function build(request: BuildRequest): Promise<string> {
    const isClean = !existsSync(work);
    await mkdir(work, { recursive: true, mode: 0o700 });
    // A daemon that was killed has left its build as it was.
    if (!isClean) await clear();
    try {
      await mkdir(work, { recursive: true, mode: 0o700 });
      return await buildAndPush(request);
    } finally {
      await clear();
    }
  }

  /** Takes away what is under way, mounts above all. It must not be cut short. */
  async function clear(): Promise<void> {
    await buildah([...storage, 'rm', '--all'], AbortSignal.timeout(CLEAR_WITHIN)).catch(() => {});
    await rm(work, { recursive: true, force: true });
  }

  async function buildAndPush(request: BuildRequest): Promise<string> {
    const { target, platform, signal, context, onLine } = request;
    const idFile = join(work, 'id');
    const name = `${LOCAL}/${target.repository.name}:${(platform ?? 'own').replaceAll('/', '-')}`;
    const args = [...storage, 'build', ...buildOptions(request), '--iidfile', idFile, '--tag', name, '-'];
    const made = await buildah(args, signal, { input: context(), onLine });
    if (made.exitCode !== 0) throw new BuildError('failed', made.last.replace(/^Error: /, ''));
    const id = (await readFile(idFile, 'utf8')).trim();
    const layout = join(work, 'layout');
    const pushed = await buildah([...storage, 'push', '--quiet', id, `oci:${layout}:built`], signal);
    if (pushed.exitCode !== 0)
      throw new BuildError('push', `buildah cannot hand the image out: ${pushed.last}`);
    const source = await openLayout(layout);
    const { digest } = await createCopier().copy({
      ...{ source, target: target.repository, reference: 'built', tag: null },
    });
    await buildah([...storage, 'rmi', '--prune'], signal);
    return digest;
  }

  return {
    async describe(signal) {
      const { exitCode, last } = await buildah(['--version'], signal);
      const version = /^buildah version (\S+)/.exec(last)?.[1];
      if (exitCode === 0 && version) return `buildah ${version}`;
      throw new BuildError('unreachable', `buildah does not run: ${last}`);
    },
    async digestOf(image, platform, signal) {
      const format = ['--type', 'image', '--format', '{{.FromImageDigest}}', image];
      const where = platform === null ? [] : ['--platform', platform];
      try {
        await buildah([...storage, 'pull', '--quiet', '--policy', 'missing', ...where, image], signal);
        const { exitCode, last } = await buildah([...storage, 'inspect', ...format], signal);
        return exitCode === 0 && /^sha256:[0-9a-f]{64}$/.test(last) ? last : null;
      } catch {
        return null;
      }
    },
    build,
  };
}

/** Isolated by chroot: it needs no runtime and no rights of its own beyond root's, and works inside a container. */
function buildOptions({ dockerfile, args, labels, platform }: BuildRequest): string[] {
  const all = (option: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([key, value]) => [option, `${key}=${value}`]);
  return [
    ...['--isolation', 'chroot', '--format', 'oci', '--layers', '--force-rm', '--file', dockerfile],
    ...all('--build-arg', args),
    ...all('--label', labels),
    ...(platform === null ? [] : ['--platform', platform]),
  ];
}

function missing(): BuildError {
  return new BuildError('unreachable', 'buildah is not installed, or not on the PATH');
}
