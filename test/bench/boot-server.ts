/** An initrd for many machines that boot at once: the boot server, and nginx with the same file and the same clients. */

import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startChild } from './child.ts';
import type { BootServerInput, BootServerMessage } from './children/boot-server.ts';
import { type BenchOptions, type Figure, median } from './figure.ts';
import { startNginx } from './nginx.ts';

/** Of nginx's throughput. */
const LEAST = 0.7;

export async function benchBootServer({ quick, progress }: BenchOptions): Promise<Figure[]> {
  const [clients, megabytes, rounds] = quick ? [10, 8, 1] : [50, 40, 5];
  const dir = mkdtempSync(join(tmpdir(), 'barewright-bench-'));
  const root = join(dir, 'root');
  const file = join(root, 'initrd.gz');
  mkdirSync(root);
  const content = randomBytes(megabytes << 20);
  writeFileSync(file, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const server = startChild<BootServerMessage>('boot-server', {
    ...{ directory: join(dir, 'netboot'), file, sha256 },
  } satisfies BootServerInput);
  const nginx = await startNginx(join(dir, 'nginx'), root, 20_000 + Math.floor(Math.random() * 10_000));
  const [own, peer, cpu]: [number[], number[], number[]] = [[], [], []];
  let peakMb = 0;
  try {
    const started = await server.next();
    if (!('url' in started)) throw new Error('the boot server does not say where it listens');
    const url = `${started.url}/netboot/${sha256}`;
    const total = clients * content.length;
    for (let round = 0; round < rounds; round++) {
      progress(`round ${round + 1} of ${rounds}: ${clients} clients`);
      // In turns, so that neither has the quieter moments.
      const first = round % 2 === 0;
      if (first) own.push(await fetchAll(url, clients, total));
      peer.push(await fetchAll(`${nginx.url}/initrd.gz`, clients, total));
      if (!first) own.push(await fetchAll(url, clients, total));
      server.send({});
      const spent = await server.next();
      if ('cpuMs' in spent) {
        cpu.push(spent.cpuMs);
        peakMb = Math.max(peakMb, spent.rssMb);
      }
    }
  } finally {
    nginx.stop();
    await server.end();
    rmSync(dir, { recursive: true, force: true });
  }
  const title = `${megabytes} MB initrd to ${clients} clients`;
  const nginxTime = median(peer);
  return [
    {
      ...{ name: title, value: median(own), unit: 'ms', goal: nginxTime / LEAST },
      peer: { name: 'nginx', value: nginxTime },
      note: `the goal is ${LEAST} of nginx's throughput; the clients are one curl on the same cores`,
    },
    { name: `${title}: CPU of the boot server`, value: median(cpu), unit: 'ms' },
    { name: `${title}: memory of the boot server`, value: peakMb, unit: 'MB' },
  ];
}

/** ms until every client has the whole file; the bytes are counted by curl and thrown away. */
async function fetchAll(url: string, clients: number, total: number): Promise<number> {
  const wanted = Array.from({ length: clients }, () => ['-o', '/dev/null', url]).flat();
  const args = ['-sS', '--fail', '-Z', '--parallel-immediate', '--parallel-max', String(clients)];
  const start = performance.now();
  const { stdout } = await promisify(execFile)('curl', [...args, '-w', '%{size_download}\n', ...wanted]);
  const ms = performance.now() - start;
  const bytes = stdout.split('\n').reduce((sum, line) => sum + Number(line), 0);
  if (bytes !== total) throw new Error(`${bytes} of ${total} bytes arrived`);
  return ms;
}
