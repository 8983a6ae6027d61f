/** A real nginx in front of a real boot plane. */

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { configureNginx, publish } from '../../src/netboot/offload.ts';
import { openNetbootStore } from '../../src/netboot/store.ts';
import { nginxConfig } from '../../src/render/nginx.ts';
import { createBootPlane } from '../../src/serve/boot-plane.ts';
import { aFreePort } from '../builders/free-port.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { sha256Of } from './a-server.ts';

const CONTENT = Buffer.from('an initrd '.repeat(50_000));
const SHA = sha256Of(CONTENT);
const NGINX_ENV = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

/** Boot plane, files and nginx as the daemon sets them up; nginx is told to read anew by its own program. */
async function aFront() {
  const folder = aTempDir();
  const directory = join(folder, 'public');
  const file = join(folder, 'initrd.gz');
  writeFileSync(file, CONTENT);
  const store = await openNetbootStore({ directory: join(folder, 'netboot') });
  onTestFinished(() => store.close());
  const stored = await store.ensure({ file, sha256: SHA });
  const asked: [string, string][] = [];
  let declared = true;
  const refused = async () => ({ ok: false as const, why: 'bad-token' });
  const plane = createBootPlane({
    ready: async () => true,
    async script(mac, address) {
      asked.push([mac, address]);
      return { kind: 'local-disk' };
    },
    ...{ answers: refused, callback: refused, report: refused, stacks: refused, loader: async () => null },
    artifact: (digest) => (declared && digest === SHA ? stored : null),
    offload: { proxy: () => '127.0.0.1', has: (digest) => existsSync(join(directory, digest)) },
    onError(error) {
      throw error;
    },
  });
  onTestFinished(() => plane.close());
  const upstream = new URL(await plane.listen({ host: '127.0.0.1', port: 0 })).host;
  const listen = `127.0.0.1:${await aFreePort()}`;
  const configuration = join(folder, 'conf.d', 'barewright.conf');
  await publish(directory, new Map([[SHA, stored.path]]));
  await configureNginx(
    { directory, configuration, reload: [] },
    nginxConfig({ listen, upstream, directory }),
  );
  await startNginx(folder, `http://${listen}/`);
  return {
    ...{ upstream, directory, asked, plane },
    url: `http://${listen}`,
    undeclare() {
      declared = false;
    },
  };
}

async function startNginx(folder: string, url: string): Promise<void> {
  mkdirSync(join(folder, 'temp'));
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temp = kinds.map((kind) => `${kind}_temp_path ${folder}/temp;`).join(' ');
  const conf = join(folder, 'nginx.conf');
  writeFileSync(
    conf,
    `user root; daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
http { ${temp} include ${folder}/conf.d/*.conf; }\n`,
  );
  const nginx = spawn('nginx', ['-e', join(folder, 'error.log'), '-c', conf], {
    stdio: 'ignore',
    env: NGINX_ENV,
  });
  onTestFinished(() => void nginx.kill('SIGTERM'));
  for (let tries = 0; tries < 200 && nginx.exitCode === null; tries++) {
    const answer = await request(url).catch(() => null);
    await answer?.body.dump();
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(readFileSync(join(folder, 'error.log'), 'utf8'));
}

describe('nginx in front of the boot server', () => {
  it('sends the files that the daemon allows, in parts too, and nobody gets at them otherwise', async () => {
    const front = await aFront();
    const whole = await request(`${front.url}/netboot/${SHA}`);
    expect(whole.headers).toMatchObject({ server: 'nginx', 'content-length': String(CONTENT.length) });
    expect(Buffer.from(await whole.body.arrayBuffer()).equals(CONTENT)).toBe(true);
    const part = await request(`${front.url}/netboot/${SHA}`, { headers: { range: 'bytes=3-8' } });
    expect([part.statusCode, await part.body.text()]).toEqual([206, 'initrd']);
    // It is nginx that sends them: the daemon's own answer to its proxy has no body.
    const own = await request(`http://${front.upstream}/netboot/${SHA}`);
    expect(own.headers['x-accel-redirect']).toBe(`/netboot-files/${SHA}`);
    expect(await own.body.text()).toBe('');
    expect((await request(`${front.url}/netboot-files/${SHA}`)).statusCode).toBe(404);
    front.undeclare();
    expect((await request(`${front.url}/netboot/${SHA}`)).statusCode).toBe(404);
  });

  it('says who asks, whatever a machine says of itself; the daemon believes nobody else', async () => {
    const { url, upstream, asked, plane } = await aFront();
    const mac = '52:54:00:77:00:0b';
    const lie = { 'x-forwarded-for': '10.77.0.99' };
    expect((await request(`${url}/boot/${mac}`, { headers: lie })).statusCode).toBe(200);
    await plane.inject({ url: `/boot/${mac}`, remoteAddress: '10.77.0.11', headers: lie });
    expect(asked).toEqual([
      [mac, '127.0.0.1'],
      [mac, '10.77.0.11'],
    ]);
    for (const headers of [{}, { 'x-forwarded-for': '10.77.0.1, 10.77.0.2' }, { 'x-forwarded-for': 'n1' }]) {
      const answer = await request(`http://${upstream}/boot/${mac}`, { headers });
      expect([answer.statusCode, await answer.body.text()]).toEqual([
        400,
        'the proxy does not say who asks\n',
      ]);
    }
    expect(asked).toHaveLength(2);
  });
});

describe('the configuration of nginx', () => {
  const input = {
    listen: '127.0.0.1:18480',
    upstream: '127.0.0.1:8482',
    directory: '/srv/barewright/netboot',
  };

  it('is replaced and told of only when it is another, and stands as before when that fails', async () => {
    const folder = aTempDir();
    const configuration = join(folder, 'barewright.conf');
    const told = join(folder, 'told');
    const reload = ['sh', '-c', `echo told >> ${told}`];
    const text = nginxConfig(input);
    expect(await configureNginx({ directory: '', configuration, reload }, text)).toBe(true);
    const { mtimeMs } = statSync(configuration);
    expect(await configureNginx({ directory: '', configuration, reload }, text)).toBe(false);
    expect([readFileSync(told, 'utf8'), statSync(configuration).mtimeMs]).toEqual(['told\n', mtimeMs]);
    const other = nginxConfig({ ...input, listen: '127.0.0.1:18490' });
    const fails = { directory: '', configuration, reload: ['sh', '-c', 'echo no such unit >&2; exit 5'] };
    await expect(configureNginx(fails, other)).rejects.toThrow('its reload command failed: no such unit');
    expect(readFileSync(configuration, 'utf8')).toBe(text);
    await expect(configureNginx(fails, 'server { listen nonsense:x; }\n')).rejects.toThrow(
      /nginx refuses the configuration: .*invalid port/,
    );
    expect(readdirSync(folder).sort()).toEqual(['barewright.conf', 'told']);
  });

  it.each([
    ['listen', '10.77.0.1:80; include /etc/passwd'],
    ['upstream', 'example.org:80'],
    ['directory', '/srv/a;b'],
  ])('takes no %s that nginx would read more into', (field, value) => {
    expect(() => nginxConfig({ ...input, [field]: value })).toThrow(field);
  });
});

describe('the files for nginx', () => {
  it('are those that are declared, readable by all, and no others', async () => {
    const folder = aTempDir();
    const [from, directory] = [join(folder, 'a'), join(folder, 'public')];
    writeFileSync(from, 'x', { mode: 0o600 });
    await publish(
      directory,
      new Map([
        ['aa', from],
        ['bb', from],
      ]),
    );
    expect(readdirSync(directory).sort()).toEqual(['aa', 'bb']);
    await publish(directory, new Map([['bb', from]]));
    expect(readdirSync(directory)).toEqual(['bb']);
    expect(statSync(join(directory, 'bb')).mode & 0o777).toBe(0o644);
  });
});
