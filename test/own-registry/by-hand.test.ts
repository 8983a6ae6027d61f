import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aFreePort } from '../builders/free-port.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { cli } from '../cli/a-context.ts';
import { MAIN } from '../cli/spawn-cli.ts';
import { aRepository, GIT_ENV } from '../promises/repository.ts';
import { freshNodes } from '../promises/scene.ts';

const ENV = { ...process.env, ...GIT_ENV };

/** A work tree whose site has a registry run as `serve` says, and a data directory that no daemon has seen. */
async function aSite(serve: string) {
  const dir = aTempDir();
  const [repo, data] = [join(dir, 'site'), join(dir, 'data')];
  const port = await aFreePort();
  const own = `endpoint: "https://127.0.0.1:${port}", own: true`;
  await aRepository(repo, { nodes: freshNodes(1), registries: `{ karoo: { ${own}${serve} } }` });
  writeFileSync(join(dir, 'access'), 'AKIAKAROO\n');
  writeFileSync(join(dir, 'secret'), 'deepest secret\n');
  const words = (...more: string[]) => [...more, '--repo', repo, '--data', data, '--secrets', dir];
  return { port, data, repo, dir, words, verb: (...more: string[]) => cli(words(...more), { env: ENV }) };
}

const KEYS = 'accessKey: { file: access }, secretKey: { file: secret }';
const BUCKET = 'bucket: karoo, region: za, endpoint: "https://rgw.test:7480", prefix: reg';
const S3 = `, serve: { storage: { s3: { ${BUCKET}, ${KEYS} } } }`;

describe('barewright registry up', () => {
  it('--print shows all of the configuration but its secrets, and makes nothing', async () => {
    const site = await aSite(S3);
    const { code, stdout, stderr } = await site.verb('registry', 'up', '--print');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(
      stdout
        .replaceAll(`${site.port}`, 'PORT')
        .replaceAll(`${site.port + 1}`, 'NEXT')
        .replaceAll(site.data, 'DATA'),
    ).toBe(
      `# Written by barewright; what is changed here is overwritten. Holds secrets: mode 0600.
#
# There is no storage.cache: with it, a garbage collection during a push leaves images without their layers.
version: "0.1"
log:
  level: warn
  accesslog:
    disabled: true
storage:
  s3:
    accesskey: (sensitive value)
    secretkey: (sensitive value)
    region: za
    bucket: karoo
    secure: true
    regionendpoint: https://rgw.test:7480
    rootdirectory: /reg
  redirect:
    disable: true
  delete:
    enabled: true
  maintenance:
    readonly:
      enabled: false
    uploadpurging:
      enabled: true
      age: 168h
      interval: 24h
      dryrun: false
http:
  addr: 127.0.0.1:PORT
  host: https://127.0.0.1:PORT
  secret: (sensitive value)
  draintimeout: 5s
  headers:
    X-Content-Type-Options:
      - nosniff
  tls:
    certificate: DATA/registry/server.crt
    key: DATA/registry/server.key
    minimumtls: tls1.2
auth:
  token:
    realm: https://127.0.0.1:NEXT/token
    service: 127.0.0.1:PORT
    issuer: barewright
    rootcertbundle: DATA/registry/tokens.crt
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
`,
    );
    expect(existsSync(site.data)).toBe(false);
  });

  it('--write makes what another needs to start it, for its user alone', async () => {
    const site = await aSite(S3);
    const { code, stdout } = await site.verb('registry', 'up', '--write');
    const file = join(site.data, 'registry/config.yml');
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${file}\n` });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toMatch(/accesskey: AKIAKAROO\n {4}secretkey: deepest secret\n/);
    for (const name of ['ca.crt', 'server.crt', 'server.key', 'tokens.crt']) {
      expect(existsSync(join(site.data, 'registry', name)), name).toBe(true);
    }
  });

  it('runs it until it is told to end, and images are looked at beside it', async () => {
    const site = await aSite(', serve: {}');
    const options = { env: ENV, extendEnv: false, reject: false, stdin: 'ignore' } as const;
    const running = execa(process.execPath, [MAIN, ...site.words('registry', 'up')], options);
    // Told to end, not killed: its registry would stay behind.
    onTestFinished(() => void running.kill('SIGTERM'));
    for await (const line of createInterface({ input: running.stdout })) if (/answers$/.test(line)) break;
    const verified = await site.verb('images', 'verify');
    expect(verified.stderr).toBe('');
    expect(verified.code).toBe(0);
    running.kill('SIGTERM');
    expect(await running).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^SIGTERM: closing/) });
  });

  it('says what is missing', async () => {
    const none = await aSite('');
    expect(await none.verb('registry', 'up')).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/the site declares no registry that is run here\n.*serve: {}/),
    });
    const secrets = await aSite(S3.replace('file: access', 'file: nowhere'));
    expect(await secrets.verb('registry', 'up', '--print')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/a secret of the registry cannot be read: .*nowhere/),
    });
    const never = await aSite(', serve: {}');
    expect(await never.verb('images', 'verify')).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/data is no data directory with a registry in it\n.*--data/),
    });
  });
});
