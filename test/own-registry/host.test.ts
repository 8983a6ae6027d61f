import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { registryProgram, registryService } from '../../src/own-registry/program.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { untilTrue } from '../promises/scene.ts';
import { anImage, push, pushIndex } from '../registry/an-image.ts';
import { failure } from '../registry/failure.ts';
import { aHost, NODE, WRITER } from './a-host.ts';
import { aWitness } from './a-witness.ts';

describe('the registry of a site, to skopeo', () => {
  it('lets a node pull, and neither push nor delete', async () => {
    const registry = await aHost();
    const index = await pushIndex(registry.client().repository('app'), '1', {
      amd64: anImage(),
      arm64: anImage(),
    });
    const image = `docker://${registry.place}/app:1`;
    const node = aWitness(registry.place, NODE, registry.certDir);
    expect(await node.digest(image)).toBe(index.digest);
    const dir = join(aTempDir(), 'pulled');
    await node.copy(image, `oci:${dir}:1`);
    expect(readFileSync(join(dir, 'index.json'), 'utf8')).toContain(index.digest);
    await expect(node.copy(`oci:${dir}:1`, `docker://${registry.place}/app:2`)).rejects.toThrow(
      /denied|unauthorized/i,
    );
    await expect(node.remove(image)).rejects.toThrow(/denied|unauthorized/i);
    const barewright = aWitness(registry.place, WRITER, registry.certDir);
    await barewright.copy(`oci:${dir}:1`, `docker://${registry.place}/app:2`);
    expect(await barewright.digest(`docker://${registry.place}/app:2`)).toBe(index.digest);
  });

  it('is not believed without its authority, and believes no other password', async () => {
    const registry = await aHost();
    await push(registry.client().repository('app'), '1', anImage());
    const image = `docker://${registry.place}/app:1`;
    const stranger = await aHost();
    await expect(aWitness(registry.place, NODE, stranger.certDir).digest(image)).rejects.toThrow(
      /certificate/,
    );
    const wrong = aWitness(registry.place, { ...NODE, password: 'x' }, registry.certDir);
    await expect(wrong.digest(image)).rejects.toThrow(/unauthorized|no such account/);
    const [code, message] = await failure(
      registry
        .client(NODE, { ca: stranger.host().ca, patience: { attempts: 1, firstPause: 1, longestPause: 1 } })
        .ping(),
    );
    expect(code).toBe('tls');
    expect(message).toContain(`${registry.place} is not trusted`);
  });
});

describe('the process of the registry', () => {
  it('promise 10: has its secrets in files of its own alone', async () => {
    const registry = await aHost();
    const [line = ''] = commandLines(registry.directory);
    expect(line.split('\0')).toEqual([
      'docker-registry',
      'serve',
      join(registry.directory, 'config.yml'),
      '',
    ]);
    for (const name of readdirSync(registry.directory)) {
      const { mode } = statSync(join(registry.directory, name));
      if (name !== 'storage') expect(mode & 0o777, name).toBe(0o600);
    }
    expect(readFileSync(join(registry.directory, 'config.yml'), 'utf8')).not.toContain(WRITER.password);
  });

  it('is started again when it ends', async () => {
    const registry = await aHost();
    const before = registry.ups();
    for (const pid of pidsOf(registry.directory)) process.kill(pid, 'SIGKILL');
    await untilTrue(
      () => registry.ups() > before,
      () => JSON.stringify(registry.problems),
    );
    expect(registry.problems[0]).toMatchObject({
      code: 'ended',
      message: `the registry at ${registry.place} has ended: it was ended by SIGKILL`,
    });
    await registry.client().ping();
  });

  it('that is not installed, or finds its port taken, is told of with what to do', async () => {
    const missing = await aHost({ program: registryProgram(['no-such-registry']) });
    expect(missing.problems[0]).toMatchObject({
      code: 'missing',
      message: expect.stringMatching(
        /no-such-registry is not installed: apt-get install docker-registry, or write `container`/,
      ),
    });
    const first = await aHost();
    const second = await aHost({ endpoint: first.options.endpoint, listen: first.options.listen });
    expect(second.problems[0]?.message).toMatch(/address already in use/);
    await expect(aHost({ tokenPort: first.options.tokenPort })).rejects.toMatchObject({
      code: 'listen',
      message: `its token server cannot listen on 127.0.0.1:${first.options.tokenPort}: EADDRINUSE`,
    });
    await first.client().ping();
  });

  it('may be systemd’s: it takes what was written when it is told to', async () => {
    const folder = aTempDir();
    const unit = aUnit(folder);
    const directory = join(folder, 'registry');
    const registry = await aHost({
      directory,
      program: registryService(['sh', unit.reload, join(directory, 'config.yml')], registryProgram()),
    });
    expect(registry.problems).toEqual([]);
    await push(registry.client().repository('app'), '1', anImage());
    await registry.host().collect(new AbortController().signal);
    await push(registry.client().repository('app'), '2', anImage());
    await registry.host().close();
    expect(pidsOf(registry.directory)).toHaveLength(1);
  });
});

describe('promise 8: a daemon that is killed', () => {
  it('during a garbage collection leaves nothing that the next one does not put right', async () => {
    const folder = aTempDir();
    const directory = join(folder, 'registry');
    mkdirSync(join(directory, 'storage'), { recursive: true });
    // A collector that takes its time, as one of a large registry does.
    const slow = join(folder, 'slow-registry');
    writeFileSync(slow, '#!/bin/sh\n[ "$1" = serve ] || sleep 600\nexec docker-registry "$@"\n', {
      mode: 0o755,
    });
    const child = spawn(process.execPath, [CHILD, directory, slow], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const { port, tokenPort } = await collecting(child);
    const left = await untilThereAre(directory, 2);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await untilThereAre(directory, 2)).toEqual(left);
    expect(readFileSync(join(directory, 'config.yml'), 'utf8')).toMatch(/readonly:\s*enabled: true/);

    const listen = { host: '127.0.0.1', port };
    const next = await aHost({ directory, endpoint: `https://127.0.0.1:${port}`, listen, tokenPort });
    expect(next.problems).toEqual([]);
    expect(pidsOf(directory).filter((pid) => left.includes(pid))).toEqual([]);
    await push(next.client().repository('app'), '1', anImage());
  });
});

const CHILD = join(import.meta.dirname, 'collecting-child.ts');

async function collecting({ stdout }: ChildProcess): Promise<{ port: number; tokenPort: number }> {
  if (!stdout) throw new Error('it has no output');
  for await (const line of createInterface({ input: stdout })) {
    if (line.startsWith('{')) return JSON.parse(line);
  }
  throw new Error('it ended before it collected');
}

/** For the moment between a fork and its exec there is one more, with the command line of its parent. */
async function untilThereAre(directory: string, count: number): Promise<number[]> {
  let found: number[] = [];
  await untilTrue(
    () => {
      found = pidsOf(directory).sort();
      return found.length === count;
    },
    () => `${found}`,
  );
  return found;
}

/** Processes that were started with the configuration of this directory. */
function pidsOf(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => lineOf(pid).includes(join(directory, 'config.yml')) && !lineOf(pid).includes('reload'))
    .map(Number);
}

function commandLines(directory: string): string[] {
  return pidsOf(directory).map((pid) => lineOf(`${pid}`));
}

function lineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Stands for systemd: ends what runs and starts it with the configuration that it is given. */
function aUnit(folder: string) {
  const [reload, pid] = [join(folder, 'reload'), join(folder, 'pid')];
  writeFileSync(
    reload,
    `if old=$(cat ${pid} 2>/dev/null); then
  kill -KILL "$old" 2>/dev/null
  # As a service manager does: its port is free when it is gone.
  n=0; while kill -0 "$old" 2>/dev/null && [ $n -lt 40 ]; do sleep 0.05; n=$((n + 1)); done
fi
docker-registry serve "$1" >/dev/null 2>&1 &
echo $! >${pid}
`,
  );
  onTestFinished(
    () => void execFileSync('sh', ['-c', `kill -KILL $(cat ${pid}) || true`], { stdio: 'ignore' }),
  );
  return { reload };
}
