/** A real nginx on a port of loopback, for a bench to compare with. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';

export interface BenchNginx {
  url: string;
  stop(): void;
}

/** Serves the folder as Debian sets it up: sendfile, a worker a core. Rejects when it does not come up. */
export async function startNginx(folder: string, root: string, port: number): Promise<BenchNginx> {
  mkdirSync(join(folder, 'temp'), { recursive: true });
  const conf = join(folder, 'nginx.conf');
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/temp;`,
  );
  writeFileSync(
    conf,
    `user root;
worker_processes auto;
daemon off;
pid ${folder}/pid;
error_log ${folder}/error.log;
events { worker_connections 768; }
http {
  sendfile on;
  tcp_nopush on;
  access_log off;
  ${temp.join(' ')}
  server { listen 127.0.0.1:${port}; root ${root}; }
}
`,
  );
  const child = spawn('nginx', ['-e', `${folder}/error.log`, '-c', conf], {
    stdio: 'ignore',
    env: { PATH: '/usr/sbin:/usr/bin' },
  });
  const url = `http://127.0.0.1:${port}`;
  await answers(url, child);
  return { url, stop: () => void child.kill('SIGTERM') };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries++) {
    const answer = await request(url).catch(() => null);
    await answer?.body.dump();
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('nginx does not come up; is it installed?');
}
