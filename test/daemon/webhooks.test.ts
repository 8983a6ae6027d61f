import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startDaemon } from '../../src/daemon/daemon.ts';
import { throttle } from '../../src/daemon/loops.ts';
import { createSecrets } from '../../src/daemon/secrets.ts';
import { createWebhooks } from '../../src/daemon/webhooks.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { openSqliteJournal } from '../../src/journal/sqlite.ts';
import type { StatusView } from '../../src/model/api.ts';
import type { Site } from '../../src/model/desired.ts';
import type { Event } from '../../src/model/event.ts';
import type { Journal } from '../../src/model/journal.ts';
import { QUIET_DAEMON } from '../builders/daemon-settings.ts';
import { aFreePort } from '../builders/free-port.ts';
import { aSite } from '../builders/node.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aGitDaemon } from '../git/a-server.ts';
import { aRepository, GIT_ENV } from '../promises/repository.ts';
import { freshNodes, untilTrue } from '../promises/scene.ts';

const SECRET = 'hook-s3cret';

/** As GitHub signs it; the body is another one each time. */
async function hook(port: number, body = `{"after":"${Math.random()}"}`, secret = SECRET): Promise<number> {
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const headers = { 'x-hub-signature-256': signature, 'x-github-event': 'push' };
  return (await fetch(`http://127.0.0.1:${port}/hooks/github`, { method: 'POST', body, headers })).status;
}

const refused = (port: number) =>
  hook(port).then(
    () => false,
    () => true,
  );

async function someWebhooks() {
  const secretsDir = aTempDir();
  writeFileSync(join(secretsDir, 'hook'), `${SECRET}\n`);
  let now = Date.now();
  let site: Site | null = null;
  const journal = openMemoryJournal({ clock: () => now });
  const errors: unknown[] = [];
  let wakes = 0;
  let looks = 0;
  const secrets = createSecrets(secretsDir, {});
  const read: typeof secrets.read = (ref) => {
    looks += 1;
    return secrets.read(ref);
  };
  const webhooks = createWebhooks({
    ...{ journal, secrets: { read }, site: () => site, clock: () => now, retry: 20 },
    wake: () => {
      wakes += 1;
    },
    onError: (error) => errors.push(error),
  });
  onTestFinished(async () => {
    await webhooks.close();
    expect(errors).toEqual([]);
  });

  return {
    secretsDir,
    webhooks,
    wakes: () => wakes,
    /** How often the secret was read: at every look, and at every call. */
    looks: () => looks,
    pass(ms: number) {
      now += ms;
    },
    use(port: number | null, file = 'hook') {
      const declared = port === null ? null : { host: '127.0.0.1', port, secret: { file } };
      site = aSite([], { review: { forge: null, forks: false, webhooks: declared } });
      webhooks.use();
    },
    events: (): Event[] => journal.read({ limit: 100 }),
    until: (state: string) =>
      untilTrue(
        () => webhooks.view().state === state,
        () => JSON.stringify(webhooks.view()),
      ),
  };
}

describe('webhooks', () => {
  it('are taken where the site in force says: they appear, move and go with it', async () => {
    const { webhooks, use, until, events } = await someWebhooks();
    const [first, second] = [await aFreePort(), await aFreePort()];
    expect(webhooks.view().state).toBe('off');
    use(first);
    await until('ok');
    expect(await hook(first)).toBe(202);
    use(second);
    await untilTrue(
      () => webhooks.view().message.includes(`:${second}`),
      () => webhooks.view().message,
    );
    expect(await hook(second)).toBe(202);
    expect(await refused(first)).toBe(true);
    expect(webhooks.view()).toMatchObject({
      message: `webhooks are taken at 127.0.0.1:${second}`,
      ...{ heard: 2, refused: 0 },
    });
    use(null);
    await until('off');
    expect(await refused(second)).toBe(true);
    expect(events().map(({ message }) => message)).toEqual([
      `webhooks are taken at 127.0.0.1:${first}`,
      `webhooks are taken at 127.0.0.1:${second}`,
    ]);
  });

  it('a port that is taken is a condition, said once, and mended by itself', async () => {
    const { webhooks, use, until, events, looks } = await someWebhooks();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    use(port);
    await until('problem');
    expect(webhooks.view().message).toBe(
      `webhooks cannot be taken at 127.0.0.1:${port}: another program has that port`,
    );
    await untilTrue(
      () => looks() > 4,
      () => `${looks()} looks`,
    );
    await new Promise((resolve) => other.close(resolve));
    await until('ok');
    expect(await hook(port)).toBe(202);
    expect(events().map(({ reason, data }) => [reason, data])).toEqual([
      ['WebhookProblem', { listen: `127.0.0.1:${port}`, code: 'listen' }],
      ['WebhooksServed', { listen: `127.0.0.1:${port}` }],
    ]);
  });

  it('a secret that cannot be read is a condition, and a new one is taken at once', async () => {
    const { secretsDir, webhooks, use, until } = await someWebhooks();
    const port = await aFreePort();
    use(port, 'later');
    await until('problem');
    expect(webhooks.view().message).toMatch(/^the secret of the webhooks cannot be read: .*later/);
    expect(await hook(port)).toBe(503);
    writeFileSync(join(secretsDir, 'later'), 'turned');
    expect(await hook(port, '{}', 'turned')).toBe(202);
    await until('ok');
  });

  it('what is refused is counted, and said once a minute for each cause', async () => {
    const { webhooks, use, until, events, pass, wakes } = await someWebhooks();
    const port = await aFreePort();
    use(port);
    await until('ok');
    for (let n = 0; n < 30; n += 1) expect(await hook(port, '{}', 'guessed')).toBe(401);
    expect((await fetch(`http://127.0.0.1:${port}/admin`)).status).toBe(404);
    pass(61_000);
    expect(await hook(port, '{}', 'guessed')).toBe(401);
    expect(webhooks.view()).toMatchObject({ heard: 0, refused: 32 });
    expect(wakes()).toBe(0);
    const said = events().filter(({ reason }) => reason === 'WebhookRefused');
    expect(said.map(({ message, data }) => [message, data])).toEqual([
      [
        'a webhook was refused at /hooks/github: one with a wrong signature (from 127.0.0.1)',
        { cause: 'forged', kind: 'github', address: '127.0.0.1', count: 1 },
      ],
      [
        '30 webhooks were refused, the last one at /hooks/github: one with a wrong signature (from 127.0.0.1)',
        { cause: 'forged', kind: 'github', address: '127.0.0.1', count: 30 },
      ],
    ]);
    expect(JSON.stringify(events())).not.toContain(SECRET);
  });

  it('many calls wake at once, and then once more', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let wakes = 0;
    const calm = throttle(() => {
      wakes += 1;
    }, 1_000);
    for (let n = 0; n < 50; n += 1) calm.call();
    expect(wakes).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(wakes).toBe(2);
    vi.advanceTimersByTime(5_000);
    expect(wakes).toBe(2);
    calm.call();
    expect(wakes).toBe(3);
    calm.call();
    calm.close();
    vi.advanceTimersByTime(5_000);
    calm.call();
    expect(wakes).toBe(3);
  });
});

describe('a push, its hook, and the commit in force', () => {
  it('needs no poll: a signed call wakes the daemon, and nothing else does', async () => {
    const dir = aTempDir();
    const port = await aFreePort();
    mkdirSync(join(dir, 'secrets'));
    for (const [name, text] of Object.entries({ bmc: 'x', hook: SECRET })) {
      writeFileSync(join(dir, 'secrets', name), text);
    }
    const nodes = freshNodes(1).map((node) => ({ ...node, extra: 'paused: { reason: not there }' }));
    const review = `{ webhooks: { listen: "127.0.0.1:${port}", secret: { file: hook } } }`;
    const work = await aRepository(join(dir, 'work'), { nodes, review });
    execFileSync('git', ['clone', '-q', '--bare', join(dir, 'work'), join(dir, 'site.git')], {
      env: { ...process.env, ...GIT_ENV },
    });
    await work.git('remote', 'add', 'origin', join(dir, 'site.git'));
    const push = () => work.git('push', '-q', '--force', 'origin', 'main');
    const server = await aGitDaemon(dir, 'site.git');

    let journal: Journal | null = null;
    const daemon = await startDaemon(
      {
        ...QUIET_DAEMON,
        ...{ repository: server.url, dataDir: join(dir, 'data'), secretsDir: join(dir, 'secrets') },
        ...{ pollInterval: 3_600_000, env: { ...process.env, ...GIT_ENV } },
      },
      {
        log: pino({ level: 'silent' }),
        openJournal: async (file) => {
          journal = await openSqliteJournal({ file, clock: Date.now });
          return journal;
        },
      },
    );
    onTestFinished(daemon.close);
    const status = async () => (await (await fetch(`${daemon.url}/api/v1/status`)).json()) as StatusView;
    const accepted = () => journal?.facts().acceptedCommit ?? '';
    const inForce = (commit: string) =>
      untilTrue(
        () => accepted() === commit,
        () => JSON.stringify(journal?.read({ limit: 30 }).map(({ message }) => message)),
      );
    await untilTrue(
      () => accepted() !== '',
      () => 'nothing in force',
    );
    await expect.poll(async () => (await status()).webhooks.state).toBe('ok');

    const second = await work.commit({ packages: ['htop'] }, 'second');
    await push();
    const asked = server.connections();
    const body = '{"ref":"refs/heads/main"}';
    expect(await hook(port, body, 'guessed')).toBe(401);
    expect(await hook(port, 'x'.repeat(2 * 1024 * 1024))).toBe(413);
    expect(server.connections()).toBe(asked);
    expect(accepted()).not.toBe(second);
    expect(await hook(port, body)).toBe(202);
    await inForce(second);
    const again = server.connections();
    expect(await hook(port, body)).toBe(409);
    expect(server.connections()).toBe(again);
    expect((await status()).webhooks).toMatchObject({ heard: 1, refused: 3 });
    const metrics = await (await fetch(`${daemon.url}/metrics`)).text();
    expect(metrics).toContain('barewright_webhook_calls_total{outcome="refused"} 3');

    const third = await work.commit({ review: '{ forks: true }' }, 'no webhooks any more');
    await push();
    expect(await hook(port)).toBe(202);
    await inForce(third);
    await expect.poll(async () => (await status()).webhooks.state).toBe('off');
    expect(await refused(port)).toBe(true);
  });
});
