import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { aDockerd } from '../builders/dockerd.ts';
import { aTempDir } from '../builders/temp-dir.ts';

const run = promisify(execFile);

/** Debian's Docker Engine, spoken to by its own program. */
export async function anEngine() {
  const { host } = await aDockerd();
  const folder = aTempDir();
  const command = ['/usr/bin/docker', '-H', host];

  async function docker(words: readonly string[], config = folder): Promise<string> {
    const [program = '', ...before] = command;
    const env = { ...process.env, DOCKER_CONFIG: config };
    const { stdout } = await run(program, [...before, ...words], { env, maxBuffer: 2 ** 24 });
    return stdout;
  }

  await docker(['version']);
  return {
    command,
    docker,
    /** Makes an image of a tar. */
    imports: (tar: string, image: string) => docker(['import', tar, image]),
  };
}
