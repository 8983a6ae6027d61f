/** Which builder there is. */

import { createBuildah } from './buildah.ts';
import type { Builder } from './builder.ts';
import { createDockerEngine } from './docker-engine.ts';
import { DEFAULT_DOCKER_HOST } from './docker-host.ts';
import { BuildError } from './errors.ts';

export type BuilderKind = 'docker' | 'buildah';

export interface BuilderOptions {
  /** `auto`: Docker Engine where it answers, else buildah. */
  kind: BuilderKind | 'auto';
  /** As in `DOCKER_HOST`; default what that says, or the usual socket. */
  dockerHost?: string;
  directory: string;
  env: NodeJS.ProcessEnv;
}

export interface Chosen {
  builder: Builder;
  /** As it describes itself. */
  name: string;
}

/** Looks anew each time: what runs may have changed. Rejects with BuildError `unreachable`. */
export async function chooseBuilder(options: BuilderOptions, signal: AbortSignal): Promise<Chosen> {
  const { kind, env, directory } = options;
  const address = options.dockerHost ?? (env['DOCKER_HOST'] || DEFAULT_DOCKER_HOST);
  const all: Record<BuilderKind, () => Builder> = {
    docker: () => createDockerEngine(address, env),
    buildah: () => createBuildah({ directory, env }),
  };
  const why: string[] = [];
  for (const candidate of kind === 'auto' ? (['docker', 'buildah'] as const) : [kind]) {
    const builder = all[candidate]();
    try {
      return { builder, name: await builder.describe(signal) };
    } catch (error) {
      if (!(error instanceof BuildError) || error.code !== 'unreachable') throw error;
      why.push(error.message);
    }
  }
  throw new BuildError('unreachable', why.join('; '));
}
