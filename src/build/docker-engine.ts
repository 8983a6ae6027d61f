/** Builds with Docker Engine's classic builder, and lets it push (Docker Engine API 1.41; the oldest asked for is 1.32). */

import { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import type { Builder, BuildRequest } from './builder.ts';
import { stagingTag } from './builder.ts';
import { parseDockerHost } from './docker-host.ts';
import { engineError, engineName, pushError } from './engine-errors.ts';
import { readMessages } from './engine-stream.ts';
import { BuildError } from './errors.ts';

/** `address` as in `DOCKER_HOST`. Nothing is asked before it is used. */
export function createDockerEngine(address: string, env: NodeJS.ProcessEnv): Builder {
  let docker: Promise<Dockerode> | null = null;

  /** It takes a quarter of a second to load, and most daemons never build. */
  function engine(): Promise<Dockerode> {
    const options = parseDockerHost(address, env);
    // It would take from its own environment what is not said here.
    docker ??= import('dockerode').then(({ default: Docker }) => new Docker({ host: '', ...options }));
    return docker;
  }

  /** What goes wrong on the way is said as what it is: the end that was asked for, or the engine's own failure. */
  async function orError<T>(signal: AbortSignal, work: (docker: Dockerode) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    try {
      return await work(await engine());
    } catch (error) {
      signal.throwIfAborted();
      throw engineError(error, address);
    }
  }

  return {
    describe: (signal) =>
      orError(signal, async (docker) => `Docker Engine ${(await docker.version()).Version}`),
    async digestOf(image, platform, signal) {
      const options = { abortSignal: signal, ...(platform === null ? {} : { platform }) };
      return orError(signal, async (docker) => {
        const known = await digestOf(docker, image);
        if (known.isThere) return known.digest;
        for await (const { error } of readMessages(chunksOf(await docker.pull(image, options)))) {
          if (error !== undefined) return null;
        }
        return (await digestOf(docker, image)).digest;
      }).catch(() => null);
    },
    build: (request) => orError(request.signal, (docker) => buildAndPush(docker, request)),
  };
}

async function buildAndPush(docker: Dockerode, request: BuildRequest): Promise<string> {
  const { platform, target, signal } = request;
  const place = engineName(target);
  const tag = stagingTag(platform);
  const name = `${place}:${tag}`;
  const before = await idOf(docker, name);
  let id = await build(docker, name, request, false);
  // Its cache does not tell platforms apart where a stage begins from scratch.
  if (!(await isFor(docker, id, platform))) id = await build(docker, name, request, true);
  if (!(await isFor(docker, id, platform))) {
    throw new BuildError(
      'platform',
      `Docker Engine built for its own platform where ${platform} was asked for`,
    );
  }
  const { login } = target;
  const authconfig = {
    username: login?.username ?? '',
    password: login?.password ?? '',
    serveraddress: place,
  };
  const stream = await docker.getImage(place).push({ tag, authconfig, abortSignal: signal });
  let digest: string | null = null;
  for await (const { aux, error } of readMessages(chunksOf(stream))) {
    if (error !== undefined) throw pushError(error, place);
    digest = aux?.Digest ?? digest;
  }
  signal.throwIfAborted();
  if (digest === null) throw new BuildError('push', `Docker Engine does not say what it pushed to ${place}`);
  // The layers of the build before are of no use as a cache any more.
  if (before !== null && before !== id)
    await docker
      .getImage(before)
      .remove()
      .catch(() => {});
  return digest;
}

async function isFor(docker: Dockerode, id: string, platform: string | null): Promise<boolean> {
  const { Os, Architecture } = await docker.getImage(id).inspect();
  const is = `${Os}/${Architecture}`;
  return platform === null || platform === is || platform.startsWith(`${is}/`);
}

/** Failures stand in the stream: the answer's status was sent before the first step. */
async function build(
  docker: Dockerode,
  name: string,
  request: BuildRequest,
  nocache: boolean,
): Promise<string> {
  const { context, dockerfile, args, labels, platform, signal, onLine } = request;
  const stream = await docker.buildImage(Readable.from(context(), { objectMode: false }), {
    ...{
      t: name,
      dockerfile,
      buildargs: { ...args },
      labels: { ...labels },
      rm: true,
      forcerm: true,
      nocache,
    },
    ...(platform === null ? {} : { platform }),
    abortSignal: signal,
  });
  let id: string | null = null;
  let line = '';
  for await (const message of readMessages(chunksOf(stream))) {
    if (message.error !== undefined) {
      onLine(line);
      onLine(message.error);
      throw new BuildError('failed', message.error);
    }
    id = message.aux?.ID ?? id;
    const lines = `${line}${message.stream ?? ''}`.split(/\r?\n|\r/);
    line = lines.pop() ?? '';
    for (const one of lines) onLine(one);
    // Of layers that are fetched, there would be thousands of lines.
    if (message.status !== undefined && message.id === undefined) onLine(message.status);
  }
  onLine(line);
  signal.throwIfAborted();
  if (id !== null) return id;
  throw new BuildError('unreachable', 'Docker Engine ended the build without saying what it built');
}

async function digestOf(docker: Dockerode, image: string) {
  const found = await docker
    .getImage(image)
    .inspect()
    .catch(() => null);
  const repository = image.replace(/@.*$/, '').replace(/:[^/:]+$/, '');
  const short = repository.replace(/^docker\.io\/(?:library\/)?/, '');
  const digests = found?.RepoDigests ?? [];
  const own = digests.find((name) => [repository, short].includes(name.replace(/@.*$/, '')));
  return { isThere: found !== null, digest: (own ?? digests[0])?.replace(/^.*@/, '') ?? null };
}

async function idOf(docker: Dockerode, name: string): Promise<string | null> {
  const found = await docker
    .getImage(name)
    .inspect()
    .catch(() => null);
  return found?.Id ?? null;
}

/** It is a response of node:http, whatever its type says. */
function chunksOf(stream: NodeJS.ReadableStream): AsyncIterable<Buffer | string> {
  return stream;
}
