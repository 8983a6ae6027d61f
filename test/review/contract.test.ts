import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ForgeError } from '../../src/review/errors.ts';
import { MARK } from '../../src/review/limits.ts';
import { openForge } from '../../src/review/open-forge.ts';
import { type Fault, type ForgeServer, startForgeServer } from './a-forge-server.ts';
import { aClient, aPull, type Client, FORGES, NOW, TOKEN } from './forges.ts';

const COMMIT = 'a'.repeat(39).concat('7');
const STATUS = { state: 'success', description: '40 files only', url: null } as const;

describe.each(FORGES)('$title', (one) => {
  let server: ForgeServer;
  let client: Client;

  beforeEach(async () => {
    server = await startForgeServer(one.dialect);
    client = aClient(one, server);
  });
  afterEach(async () => {
    await client.forge.close();
    await server.close();
  });

  async function failureOf(work: Promise<unknown>): Promise<ForgeError> {
    const error = await work.then(
      () => new Error('nothing went wrong'),
      (error: Error) => error,
    );
    expect(error).toMatchObject({ name: 'ForgeError' });
    return error as ForgeError;
  }

  const written = () =>
    server.seen.filter(({ method, path }) => method !== 'GET' && !path.endsWith('graphql'));

  describe('pull requests', () => {
    it('are read from all pages, onto the branch that is asked for', async () => {
      for (let number = 1; number <= 230; number += 1) {
        server.store.pulls.push(aPull(number, number % 10 === 0 ? { base: 'other' } : {}));
      }
      const found = await client.forge.openPullRequests('main');
      expect(found.map(({ number }) => number)).toEqual(
        Array.from({ length: 230 }, (_, index) => index + 1).filter((number) => number % 10 !== 0),
      );
      expect(server.seen.length).toBeGreaterThan(2);
    });

    it('say what is to be planned, and where that lies', async () => {
      server.store.pulls.push(
        aPull(7, { draft: true }),
        aPull(8, { from: 44, branch: 'main' }),
        aPull(9, { from: null }),
      );
      const [draft, fork, orphan] = await client.forge.openPullRequests('main');
      expect(draft).toEqual({
        number: 7,
        title: 'change 7',
        author: 'thandi',
        url: one.page(server.url, 7),
        head: COMMIT,
        branch: 'work-7',
        ref: one.ref(7),
        fork: false,
        draft: true,
      });
      expect(fork).toMatchObject({ fork: true, draft: false, branch: 'main', ref: one.ref(8) });
      expect(orphan).toMatchObject({ fork: true, ref: one.ref(9) });
    });

    it('are none where none is open', async () => {
      expect(await client.forge.openPullRequests('main')).toEqual([]);
    });
  });

  describe('our comment', () => {
    const foreign = () => {
      for (let id = 1; id <= 130; id += 1) {
        server.store.comments.push({ id, on: 7, author: 'thandi', body: `remark ${id}` });
      }
      server.store.comments.push({ id: 131, on: 7, author: 'mallory', body: `${MARK}nothing is lost` });
      server.store.comments.push({ id: 132, on: 7, author: '', body: `${MARK}of a deleted account` });
    };

    it('is made, edited when it says something else, and left alone when it says the same', async () => {
      foreign();
      expect(await client.forge.findComment(7)).toBeNull();
      const made = await client.forge.putComment(7, '3 reinstall (DATA LOSS)\n');
      expect(made).toEqual({ url: expect.stringMatching(/[#_](issuecomment-|note_)?201$/), changed: true });
      expect(await client.forge.findComment(7)).toEqual({ url: made.url, body: '3 reinstall (DATA LOSS)' });
      expect(await client.forge.putComment(7, '2 reinstall')).toEqual({ url: made.url, changed: true });
      const before = written().length;
      expect(await client.forge.putComment(7, '2 reinstall\n')).toEqual({ url: made.url, changed: false });
      expect(written().length).toBe(before);
      expect(server.store.comments.filter(({ author }) => author === 'barewright')).toEqual([
        { id: 201, on: 7, author: 'barewright', body: `${MARK}2 reinstall` },
      ]);
    });

    it('is never one of somebody else, mark or not, nor one of ours without the mark', async () => {
      foreign();
      server.store.comments.push({ id: 133, on: 7, author: 'barewright', body: 'by hand' });
      server.store.comments.push({ id: 134, on: 8, author: 'barewright', body: `${MARK}elsewhere` });
      const before = structuredClone(server.store.comments);
      await client.forge.putComment(7, 'the plan');
      await client.forge.putComment(7, 'the plan, later');
      expect(server.store.comments.slice(0, -1)).toEqual(before);
      expect(server.store.comments.at(-1)).toMatchObject({ id: 201, body: `${MARK}the plan, later` });
    });

    it('is the oldest where two were made', async () => {
      server.store.comments.push({ id: 5, on: 7, author: 'barewright', body: `${MARK}a` });
      server.store.comments.push({ id: 6, on: 7, author: 'barewright', body: `${MARK}b` });
      await client.forge.putComment(7, 'c');
      expect(server.store.comments.map(({ body }) => body)).toEqual([`${MARK}c`, `${MARK}b`]);
    });

    it('is known again with the line ends of the forge', async () => {
      server.store.comments.push({
        id: 5,
        on: 7,
        author: 'barewright',
        body: `${MARK}a\nb`.replaceAll('\n', '\r\n'),
      });
      expect(await client.forge.putComment(7, 'a\nb')).toMatchObject({ changed: false });
    });

    it('gives the forge no commands, whoever’s words it repeats', async () => {
      const text = 'as n1 says:\n/merge\n  /Close now\n> /approve\ninventory/n1.yaml, /dev/sda\n/ alone';
      await client.forge.putComment(7, text);
      const [stored] = server.store.comments;
      expect(stored?.body.replaceAll('\u2060', '')).toBe(`${MARK}${text}`);
      expect(stored?.body).not.toMatch(/^[\s>]*\/[a-z]/im);
      expect(await client.forge.putComment(7, text)).toMatchObject({ changed: false });
      const wanted = { branch: 'revert-7', base: 'main', title: 'Back', body: '/approve' };
      await client.forge.createPullRequest(wanted);
      const { body } = server.seen.findLast(({ method }) => method === 'POST') ?? {};
      expect(body?.['body'] ?? body?.['description']).toBe('\u2060/approve');
    });

    it('is made anew when it was deleted between the look and the edit', async () => {
      await client.forge.putComment(7, 'a');
      const { faults, store } = server;
      faults.push(...looks(server), () => store.comments.splice(0));
      expect(await client.forge.putComment(7, 'b')).toMatchObject({ changed: true });
      expect(store.comments).toMatchObject([{ body: `${MARK}b` }]);
    });

    it('is not made twice when the answer is lost', async () => {
      await client.forge.findComment(7);
      server.faults.push(...looks(server), 'lost');
      expect(await client.forge.putComment(7, 'a')).toMatchObject({ changed: true });
      expect(server.store.comments).toMatchObject([{ body: `${MARK}a` }]);
      expect(client.waits).toHaveLength(1);
    });

    it('is that of the new account when the token is another’s', async () => {
      await client.forge.putComment(7, 'a');
      server.store.accounts.set('tok-2', 'bot-2');
      client.turnToken('tok-2');
      await client.forge.putComment(7, 'b');
      expect(server.store.comments.map(({ author, body }) => [author, body])).toEqual([
        ['barewright', `${MARK}a`],
        ['bot-2', `${MARK}b`],
      ]);
    });

    it('may be as long as `limits` says, and says so when it is longer', async () => {
      const most = client.forge.limits.comment;
      await client.forge.putComment(7, '🖥️'.repeat(most / 3));
      expect(server.store.comments).toHaveLength(1);
      if (one.longest === null) return;
      const error = await failureOf(client.forge.putComment(8, 'x'.repeat(one.longest)));
      expect(error.code).toBe('too-long');
      expect(error.message).toContain(String(one.longest));
    });
  });

  describe('a status', () => {
    it('is ours by its context, cut to what the forge takes', async () => {
      server.store.pulls.push(aPull(7));
      await client.forge.openPullRequests('main');
      await client.forge.putStatus(COMMIT, { state: 'pending', description: 'planning', url: null });
      const url = one.page(server.url, 7);
      await client.forge.putStatus(COMMIT, {
        state: 'failure',
        description: `3 lose data\n${'💥…'.repeat(200)}`,
        url,
      });
      const [pending, failed] = server.store.statuses;
      expect(pending).toMatchObject({ sha: COMMIT, state: 'pending', description: 'planning' });
      expect(pending?.['context'] ?? pending?.['name']).toBe('barewright/plan');
      expect(pending).not.toHaveProperty('target_url');
      expect(failed).toMatchObject({ state: one.kind === 'gitlab' ? 'failed' : 'failure', target_url: url });
      const said = String(failed?.['description']);
      expect(said).toMatch(one.kind === 'github' ? /^3 lose data …+$/ : /^3 lose data (💥…)+…?$/u);
      expect(said.length).toBeGreaterThan(client.forge.limits.status - 3);
      expect(said.length).toBeLessThanOrEqual(client.forge.limits.status);
    });
  });

  describe('a new pull request', () => {
    const wanted = { branch: 'revert-7', base: 'main', title: 'Back to 6', body: 'As it was' };

    it('is opened, and found again where it is open already', async () => {
      const made = await client.forge.createPullRequest(wanted);
      expect(made).toEqual({ number: 201, url: one.page(server.url, 201), created: true });
      expect(await client.forge.createPullRequest(wanted)).toEqual({ ...made, created: false });
      expect(server.store.pulls).toHaveLength(1);
    });

    it('is opened once though the answer is lost', async () => {
      server.faults.push('lost');
      expect(await client.forge.createPullRequest(wanted)).toMatchObject({ number: 201, created: false });
    });

    it('is none where the forge refuses it for another reason', async () => {
      server.faults.push({ status: 422, body: { message: 'No commits between main and revert-7' } });
      const error = await failureOf(client.forge.createPullRequest(wanted));
      expect([error.code, error.message]).toEqual(['refused', expect.stringContaining('No commits between')]);
    });
  });

  describe('hard times', () => {
    const put = () => client.forge.putStatus(COMMIT, STATUS);
    beforeEach(() => void server.store.pulls.push(aPull(7)));

    it.each<[string, Fault]>([
      ['a broken connection', 'reset'],
      ['502', { status: 502, body: '<html>Bad Gateway</html>' }],
      ['503', { status: 503, body: { message: 'back soon' } }],
    ])('%s passes: it is asked again, later each time', async (_what, fault) => {
      server.faults.push(fault, fault, fault);
      await put();
      expect(client.waits).toEqual([1_000, 2_000, 4_000]);
      expect(server.store.statuses).toHaveLength(1);
    });

    it('that do not pass are told after four requests', async () => {
      server.faults.push(
        ...Array.from({ length: 9 }, (): Fault => ({ status: 500, body: { message: 'sorry' } })),
      );
      const error = await failureOf(put());
      expect([error.code, error.status, server.seen.length]).toEqual(['server', 500, 4]);
      expect(error.message).toContain(`POST ${server.url}${one.dialect.api}`);
      expect(error.message).toMatch(/ is answered with 500: sorry$/);
    });

    it('a limit is waited for as long as the forge says', async () => {
      server.faults.push({ status: 429, headers: { 'retry-after': '17' }, body: { message: 'slow down' } });
      await put();
      expect(client.waits).toEqual([17_001]);
    });

    it('a limit longer than a minute is told with its end, and nothing is asked until then', async () => {
      server.faults.push({ status: 429, headers: { 'retry-after': '900' }, body: 'Retry later' });
      const error = await failureOf(put());
      expect([error.code, error.retryAt]).toEqual(['rate-limited', NOW + 900_000]);
      expect(error.message).toMatch(/takes no more requests until 2026-03-01T12:15:00.000Z$/);
      expect((await failureOf(client.forge.openPullRequests('main'))).code).toBe('rate-limited');
      expect(server.seen).toHaveLength(1);
      client.pass(900_001);
      await put();
      expect(client.waits).toEqual([]);
    });

    it('promise 10: a wrong token is said, and is nowhere in what is said; a new one is taken at once', async () => {
      client.turnToken('tok-wrong');
      const error = await failureOf(put());
      expect(error.code).toBe('unauthorized');
      expect(error.hint).toMatch(/put a new one where `token` points/);
      expect(server.seen).toHaveLength(1);
      client.turnToken(TOKEN);
      await put();
    });

    it('promise 10: no secret is told, though the forge repeats it', async () => {
      server.faults.push({ status: 403, body: { message: `token ${TOKEN} may not do that\n\u001b[31m` } });
      const error = await failureOf(put());
      expect(error.message).toMatch(/ is answered with 403: token … may not do that \[31m$/);
      expect(`${error.stack}${error.hint}${JSON.stringify(error)}`).not.toContain(TOKEN);
    });

    it('what the token may not do is named', async () => {
      server.faults.push({ status: 403, body: { message: 'Forbidden' } });
      const right = {
        github: '"Commit statuses" read and write',
        gitlab: 'scope `api`',
        gitea: '`write:repository`',
      };
      expect((await failureOf(put())).hint).toContain(right[one.kind]);
      server.faults.push({ status: 404, body: { message: 'Not Found' } });
      const error = await failureOf(client.forge.openPullRequests('main'));
      expect([error.code, error.hint]).toEqual(['not-found', expect.stringContaining('`repository`')]);
    });

    it('a token that cannot be read, or is none, is no request', async () => {
      client.turnToken('two words');
      expect((await failureOf(client.forge.findComment(7))).code).toBe('secret');
      const unreadable = aClient(one, server, {
        token: async () => {
          throw new Error('the file forge-token is empty');
        },
      });
      const error = await failureOf(unreadable.forge.putComment(7, 'a'));
      expect(error.message).toMatch(/cannot be read: the file forge-token is empty$/);
      expect(server.seen).toEqual([]);
    });

    it('promise 10: a redirect is followed at home, and gets no token elsewhere', async () => {
      const other = await startForgeServer(one.dialect);
      const path = `${one.dialect.api}${one.kind === 'gitlab' ? '/projects/karoo%2Fmetal%2Fsite/statuses/' : '/repos/karoo/site/statuses/'}${COMMIT}`;
      server.faults.push({ status: 307, headers: { location: path }, body: '' });
      await put();
      server.faults.push({ status: 307, headers: { location: `${other.url}${path}` }, body: '' });
      const error = await failureOf(put());
      await other.close();
      expect(error.code).toBe('protocol');
      expect(error.message).toContain(`is sent on to ${other.url}, which gets no token`);
      expect(other.seen).toEqual([]);
      // 302 would make something else of it.
      server.faults.push({ status: 302, headers: { location: path }, body: '' });
      expect((await failureOf(put())).status).toBe(302);
      expect(server.store.statuses).toHaveLength(1);
    });

    it('an answer that is none is an error', async () => {
      server.faults.push({ status: 200, body: '<html>Sign in</html>' });
      expect((await failureOf(client.forge.openPullRequests('main'))).code).toBe('protocol');
      server.faults.push({ status: 200, body: [{ sha: COMMIT, base: { ref: 'main' }, title: 'no number' }] });
      const error = await failureOf(client.forge.openPullRequests('main'));
      expect([error.code, error.message]).toEqual(['protocol', expect.stringContaining('answers without')]);
    });

    it('silence ends, and so does an answer without an end', async () => {
      const impatient = aClient(one, server, { patience: { timeout: 100, attempts: 2 } });
      server.faults.push('silent', 'silent');
      const error = await failureOf(impatient.forge.putStatus(COMMIT, STATUS));
      expect([error.code, error.message]).toEqual([
        'unreachable',
        expect.stringMatching(/: no answer in time$/),
      ]);
      await impatient.forge.close();
      server.faults.push('endless');
      expect((await failureOf(client.forge.openPullRequests('main'))).message).toMatch(/endless length$/);
    });

    it('closing ends what is under way', async () => {
      server.faults.push('silent');
      const work = failureOf(put());
      await expect.poll(() => server.seen.length).toBe(1);
      await client.forge.close();
      expect((await work).code).toBe('closed');
    });

    it('closing ends a pause too', async () => {
      const place = { kind: one.kind, url: `${server.url}${one.path}`, repository: one.repository };
      const patience = { firstPause: 30_000 };
      const forge = openForge(place, { token: async () => TOKEN, ca: async () => null, patience });
      server.faults.push('reset');
      const work = failureOf(forge.putStatus(COMMIT, STATUS));
      await expect.poll(() => server.faults.length).toBe(0);
      await forge.close();
      expect((await work).code).toBe('closed');
    });
  });

  it('nobody there is told without a secret', async () => {
    const gone = await startForgeServer(one.dialect);
    await gone.close();
    const alone = aClient(one, gone);
    const error = await failureOf(
      alone.forge.createPullRequest({ branch: 'a', base: 'b', title: '', body: '' }),
    );
    expect([error.code, error.message]).toEqual([
      'unreachable',
      `${client.forge.describe()} cannot be reached at ${gone.url}: connection refused`,
    ]);
    // Three that were tried again though they would open something: nothing had been sent. Then the look whether it is there.
    expect(alone.waits).toEqual([1_000, 2_000, 4_000, 1_000, 2_000, 4_000]);
  });
});

/** The requests of one look for our comment, nothing happening to them. */
function looks(server: ForgeServer): Fault[] {
  const last = server.seen.findLastIndex(({ method, path }) => method === 'GET' && path !== '/user');
  const pages = server.seen.slice(last).filter(({ method }) => method === 'GET').length;
  return Array.from({ length: pages }, () => () => {});
}
