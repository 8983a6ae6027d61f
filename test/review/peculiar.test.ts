/** What only one of the forges does. */

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { aTempDir } from '../builders/temp-dir.ts';
import { aCertificate } from '../registry/a-certificate.ts';
import { type Fault, type ForgeServer, startForgeServer } from './a-forge-server.ts';
import { aClient, aPull, type Case, type Client, FORGES, NOW } from './forges.ts';

const HEAD = aPull(7).head;
const STATUS = { state: 'success', description: 'nothing', url: null } as const;

let server: ForgeServer;
let client: Client;

async function open(title: string, change: Parameters<typeof aClient>[2] = {}): Promise<void> {
  const one = FORGES.find((each) => each.title === title) as Case;
  server = await startForgeServer(one.dialect);
  server.store.pulls.push(aPull(7), aPull(8, { from: 44 }));
  client = aClient(one, server, change);
}

afterEach(async () => {
  await client.forge.close();
  await server.close();
});

describe('GitHub', () => {
  it.each(['GitHub', 'GitHub Enterprise Server'])(
    '%s: an app’s token has an account though it has no user',
    async (title) => {
      await open(title);
      server.store.accounts.set('ghs_app', 'barewright[bot]');
      client.turnToken('ghs_app');
      await client.forge.putComment(7, 'a');
      await client.forge.putComment(7, 'b');
      expect(server.store.comments).toMatchObject([
        { author: 'barewright[bot]', body: expect.stringMatching(/b$/) },
      ]);
    },
  );

  const reset = String(NOW / 1000 + 42);
  it.each<[string, Fault, number]>([
    [
      'spent: 403 with x-ratelimit-remaining 0, until x-ratelimit-reset',
      {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
        body: { message: 'API rate limit exceeded for user ID 7.' },
      },
      42_001,
    ],
    [
      'secondary: 403 with retry-after',
      {
        status: 403,
        headers: { 'retry-after': '5' },
        body: { message: 'You have exceeded a secondary rate limit.' },
      },
      5_001,
    ],
    [
      'by another name, with retry-after',
      {
        status: 403,
        headers: { 'retry-after': '6' },
        body: { message: 'You have triggered an abuse mechanism.' },
      },
      6_001,
    ],
    [
      'secondary, without a time: a minute at least',
      { status: 403, body: { message: 'You have exceeded a secondary rate limit.' } },
      60_001,
    ],
  ])('a limit is known: %s', async (_what, fault, wait) => {
    await open('GitHub', { patience: { longestPause: 61_000 } });
    server.faults.push(fault);
    await client.forge.putStatus(HEAD, STATUS);
    expect(client.waits).toEqual([wait]);
  });
});

describe('GitLab', () => {
  it('a status that is pending stays so without an error', async () => {
    await open('GitLab');
    await client.forge.putStatus(HEAD, { ...STATUS, state: 'pending' });
    await client.forge.putStatus(HEAD, { ...STATUS, state: 'pending' });
    await client.forge.putStatus(HEAD, { ...STATUS, state: 'error' });
    expect(server.store.statuses.map(({ state }) => state)).toEqual(['pending', 'failed']);
  });

  it('a status is that of the merge request’s branch, once it is known', async () => {
    await open('GitLab');
    await client.forge.putStatus(HEAD, STATUS);
    await client.forge.openPullRequests('main');
    await client.forge.putStatus(HEAD, STATUS);
    expect(server.store.statuses.map(({ ref }) => ref)).toEqual([undefined, 'work-7']);
  });

  it('a link that is too long is left out; the status is not', async () => {
    await open('GitLab');
    await client.forge.putStatus(HEAD, { ...STATUS, url: `https://git.example.org/${'x'.repeat(240)}` });
    expect(server.store.statuses[0]).not.toHaveProperty('target_url');
  });

  it('a commit of a fork has no status, and that is no error; one that is not there is', async () => {
    await open('GitLab');
    await client.forge.openPullRequests('main');
    await client.forge.putStatus(aPull(8).head, STATUS);
    expect(server.store.statuses).toEqual([]);
    server.faults.push({ status: 404, body: { message: '404 Commit Not Found' } });
    await expect(client.forge.putStatus(HEAD, STATUS)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('notes of the system are nobody’s comments, and a request without a commit is not there yet', async () => {
    await open('GitLab');
    server.faults.push({ status: 200, body: { username: 'barewright' } });
    const system = {
      id: 1,
      system: true,
      body: '<!-- barewright/plan -->\n',
      author: { username: 'barewright' },
    };
    server.faults.push({ status: 200, body: [system] });
    expect(await client.forge.findComment(7)).toBeNull();
    server.faults.push({ status: 200, body: [{ iid: 9, sha: null }] });
    expect(await client.forge.openPullRequests('main')).toEqual([]);
  });
});

describe('Gitea', () => {
  it('versions that do not say `draft` are known by the title', async () => {
    await open('Gitea');
    server.store.pulls.push(aPull(9, { title: 'WIP: more disks' }), aPull(10, { title: '[wip] less' }));
    const found = await client.forge.openPullRequests('main');
    expect(found.map(({ draft }) => draft)).toEqual([false, false, true, true]);
  });
});

describe('TLS', () => {
  it('a forge with an authority of its own is trusted by `ca`, and by nothing else', async () => {
    const folder = join(aTempDir(), 'certificates');
    mkdirSync(folder);
    const { keyFile, pem } = aCertificate(folder);
    const one = FORGES[0] as Case;
    server = await startForgeServer(one.dialect, { cert: pem, key: readFileSync(keyFile, 'utf8') });
    let ca: string | null = null;
    client = aClient(one, server, { ca: async () => ca });
    await expect(client.forge.openPullRequests('main')).rejects.toMatchObject({
      code: 'tls',
      message: `${server.url} is not trusted: its certificate is signed by itself`,
    });
    ca = pem;
    expect(await client.forge.openPullRequests('main')).toEqual([]);
    expect(client.waits).toEqual([]);
  });
});
