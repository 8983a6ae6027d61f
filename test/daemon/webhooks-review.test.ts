/** A team's day on each forge, with polls an hour apart: whatever happens, only a webhook tells the daemon. */

import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startDaemon } from '../../src/daemon/daemon.ts';
import type { StatusView } from '../../src/model/api.ts';
import { QUIET_DAEMON } from '../builders/daemon-settings.ts';
import { aFreePort } from '../builders/free-port.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aGitDaemon } from '../git/a-server.ts';
import { aRepository, GIT_ENV } from '../promises/repository.ts';
import { freshNodes, untilTrue } from '../promises/scene.ts';
import { startForgeServer } from '../review/a-forge-server.ts';
import { aPull, type Case, FORGES, TOKEN } from '../review/forges.ts';

const SECRET = 'hook-s3cret';
const HOUR = 3_600_000;

/** As each forge proves itself. */
function proof(kind: Case['kind'], body: string): Record<string, string> {
  const digest = createHmac('sha256', SECRET).update(body).digest('hex');
  switch (kind) {
    case 'github':
      return { 'x-hub-signature-256': `sha256=${digest}` };
    case 'gitea':
      return { 'x-gitea-signature': digest };
    case 'gitlab':
      return { 'x-gitlab-token': SECRET };
  }
}

async function aTeam(one: Case) {
  const dir = aTempDir();
  const port = await aFreePort();
  const server = await startForgeServer(one.dialect);
  onTestFinished(server.close);
  server.store.accounts.set(TOKEN, 'barewright');
  mkdirSync(join(dir, 'secrets'));
  for (const [name, text] of Object.entries({ bmc: 'x', hook: SECRET, token: TOKEN })) {
    writeFileSync(join(dir, 'secrets', name), text);
  }
  const place = `kind: ${one.kind}, url: "${server.url}${one.path}", repository: ${one.repository}`;
  const hooks = `webhooks: { listen: "127.0.0.1:${port}", secret: { file: hook } }`;
  const review = `{ forge: { ${place}, token: { file: token } }, ${hooks} }`;
  const nodes = freshNodes(3).map((node) => ({ ...node, extra: 'paused: { reason: not there }' }));
  const work = await aRepository(join(dir, 'work'), { nodes: nodes.slice(0, 1), review });
  const env = { ...process.env, ...GIT_ENV };
  execFileSync('git', ['clone', '-q', '--bare', join(dir, 'work'), join(dir, 'site.git')], { env });
  await work.git('remote', 'add', 'origin', join(dir, 'site.git'));
  const { url: repository } = await aGitDaemon(dir, 'site.git');
  const daemon = await startDaemon(
    {
      ...QUIET_DAEMON,
      ...{ repository, dataDir: join(dir, 'data'), secretsDir: join(dir, 'secrets'), env },
      ...{ pollInterval: HOUR, reviewInterval: HOUR },
    },
    { log: pino({ level: 'silent' }) },
  );
  onTestFinished(daemon.close);
  const status = async () => (await (await fetch(`${daemon.url}/api/v1/status`)).json()) as StatusView;
  await expect
    .poll(async () => (await status()).review, { timeout: 30_000 })
    .toMatchObject({ state: 'ok', open: 0 });

  let calls = 0;
  async function hook(): Promise<void> {
    calls += 1;
    const body = `{"call":${calls}}`;
    const headers = proof(one.kind, body);
    const answer = await fetch(`http://127.0.0.1:${port}/hooks/${one.kind}`, {
      method: 'POST',
      body,
      headers,
    });
    expect(answer.status).toBe(202);
  }

  /** What the branch `add` has now is the head of request 7. */
  async function push(): Promise<string> {
    await work.git('push', '-q', '--force', 'origin', 'add', `add:${one.ref(7)}`);
    const head = (await work.git('rev-parse', 'add')).stdout;
    server.store.pulls = [aPull(7, { head, branch: 'add' })];
    return head;
  }

  const comments = () => server.store.comments.map(({ body }) => body).join('\n---\n');
  return {
    ...{ work, nodes, hook, push, status, store: server.store },
    /** The token's file is another one from now on. */
    turnToken: (token: string) => writeFileSync(join(dir, 'secrets', 'token'), token),
    says: (text: string) => untilTrue(() => comments().includes(text), comments),
    /** Of the newest status of a commit. */
    isTold: (sha: string, text: string) =>
      untilTrue(
        () =>
          String(server.store.statuses.findLast((told) => told['sha'] === sha)?.['description']).includes(
            text,
          ),
        () => JSON.stringify(server.store.statuses),
      ),
  };
}

describe('a token that is revoked', () => {
  it('is a condition that says what to do, and a new one is taken at once', async () => {
    const [one] = FORGES;
    if (!one) throw new Error('no forge');
    const { hook, status, store, turnToken } = await aTeam(one);
    store.accounts.clear();
    await hook();
    await expect
      .poll(async () => (await status()).review, { timeout: 30_000 })
      .toMatchObject({
        state: 'problem',
        message: expect.stringMatching(/with 401: Bad credentials\. The token is wrong, .*: put a new one/),
      });
    expect(JSON.stringify(await status())).not.toContain(TOKEN);
    store.accounts.set('tok-new', 'barewright');
    turnToken('tok-new');
    await hook();
    await expect.poll(async () => (await status()).review.state, { timeout: 30_000 }).toBe('ok');
  });
});

describe.each(FORGES.filter(({ path }) => path !== '/api/v3'))('$title', (one) => {
  it('a request is opened, pushed to and merged: each time its webhook is enough', async () => {
    const { work, nodes, hook, push, says, isTold, status, store } = await aTeam(one);
    await work.git('switch', '-q', '-c', 'add');
    await work.commit({ nodes: nodes.slice(0, 2) }, 'a second node');
    const first = await push();
    await hook();
    await says('### 1 new');
    await isTold(first, '1 new');

    await work.commit({ nodes }, 'a third node');
    const second = await push();
    await hook();
    await says('### 2 new');
    await isTold(second, '2 new');
    expect(store.comments).toHaveLength(1);

    await work.git('switch', '-q', 'main');
    await work.git('merge', '-q', '--no-ff', '-m', 'Merge', 'add');
    await work.git('push', '-q', 'origin', 'main');
    const merged = (await work.git('rev-parse', 'main')).stdout;
    store.pulls = [];
    await hook();
    await expect.poll(async () => (await status()).inForce?.id, { timeout: 30_000 }).toBe(merged);
    expect((await status()).nodes).toBe(3);
  });
});
