import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Channel, ChannelError } from '../../src/channels/channel.ts';
import { openChannel } from '../../src/channels/open-channel.ts';
import { aReceiver, type Receiver } from './a-receiver.ts';
import { aMessage, KINDS, portsFor, SECRET } from './channels.ts';

const SECRETS = [SECRET, encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64'), 'secretpart'];

describe.each(KINDS)('$kind', ({ spec }) => {
  let server: Receiver;
  let channel: Channel;

  beforeEach(async () => {
    server = await aReceiver();
    channel = openChannel(spec(server.url), portsFor(server.url));
  });
  afterEach(async () => {
    await channel.close();
    await server.close();
  });

  async function failure(work: Promise<unknown> = channel.tell(aMessage())): Promise<ChannelError> {
    const error = await work.then(
      () => new Error('it was taken'),
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(ChannelError);
    for (const secret of SECRETS) expect((error as Error).message).not.toContain(secret);
    return error as ChannelError;
  }

  it('tells in one request what is wrong, where, and what to do, and says what was answered', async () => {
    const said = await channel.tell(aMessage());
    expect(said).toBe('HTTP 200: ok');
    expect(server.seen).toHaveLength(1);
    const [{ body = '', headers } = {}] = server.seen;
    expect(headers?.['content-type']).toBe('application/json');
    for (const word of ['2 BMCs cannot be asked', 'sip-n1', 'Look at the network', 'sip']) {
      expect(JSON.stringify(JSON.parse(body))).toContain(word);
    }
    for (const secret of SECRETS) expect(body).not.toContain(secret);
  });

  it('tells every kind of message', async () => {
    for (const kind of ['problem', 'update', 'over', 'news', 'digest', 'test'] as const) {
      const parts = kind === 'digest' ? [aMessage(), aMessage({ kind: 'over', group: 'git' })] : [];
      const bare = { commit: null, page: null, nodes: [], pools: [], details: [], advice: '' };
      await channel.tell(aMessage({ kind, parts, reason: kind === 'test' ? null : 'Stuck' }));
      await channel.tell(aMessage({ kind, parts, ...bare }));
    }
    expect(server.seen).toHaveLength(12);
  });

  it.each([
    [401, 'refused'],
    [404, 'refused'],
    [400, 'rejected'],
    [413, 'rejected'],
    [429, 'rate-limited'],
    [500, 'server'],
    [503, 'server'],
  ])('an answer of %i is an error of its own, with what was said', async (status, code) => {
    server.answer = { status, body: `{"error":"no, ${SECRET}"}`, headers: { 'retry-after': '7' } };
    const error = await failure();
    expect(error.code).toBe(code);
    expect(error.message).toBe(`HTTP ${status}: {"error":"no, …"}`);
    expect(error.pause).toBe([429, 500, 503].includes(status) ? 7_000 : null);
  });

  it('repeats nothing of an answer that repeats what it was told in confidence', async () => {
    server.answer = 'echo';
    const error = await failure();
    expect(error).toMatchObject({ code: 'server', message: expect.stringContaining('HTTP 500: ') });
    const login = Buffer.from(`u:${SECRET}`).toString('base64');
    const basic = { alertmanager: { url: server.url, username: 'u', password: { file: 'word' } } };
    const other = openChannel(basic, portsFor(server.url));
    expect((await failure(other.tell(aMessage()))).message).not.toContain(login);
    await other.close();
  });

  it('follows no redirect: no secret goes where it was not meant to', async () => {
    const other = await aReceiver();
    for (const status of [301, 302, 307, 308]) {
      server.answer = { status, headers: { location: `${other.url}/elsewhere` } };
      expect((await failure()).code).toBe('redirected');
    }
    expect(other.seen).toEqual([]);
    await other.close();
  });

  it('gives up on a server that is silent, and on one that is not there', async () => {
    server.answer = 'hang';
    const slow = openChannel(spec(server.url), portsFor(server.url, { timeout: 200 }));
    expect((await failure(slow.tell(aMessage()))).code).toBe('unreachable');
    await slow.close();
    const gone = openChannel(spec('http://127.0.0.1:1'), portsFor('http://127.0.0.1:1'));
    expect(await failure(gone.tell(aMessage()))).toMatchObject({
      code: 'unreachable',
      message: 'connection refused',
    });
    await gone.close();
  });

  it('ends what is under way when it is closed', async () => {
    server.answer = 'hang';
    const under = failure(channel.tell(aMessage()));
    while (server.seen.length === 0) await new Promise((done) => setTimeout(done, 5));
    await channel.close();
    expect((await under).code).toBe('unreachable');
  });

  it('goes through the proxy of the environment, and past it where that is said', async () => {
    const proxy = await aReceiver();
    const far = 'http://127.0.0.9:9';
    const through = openChannel(
      spec(far),
      portsFor(far, { proxies: { http: proxy.url, https: '', except: '' } }),
    );
    await through.tell(aMessage()).catch(() => {});
    await through.close();
    const past = openChannel(
      spec(server.url),
      portsFor(server.url, { proxies: { http: proxy.url, https: '', except: '127.0.0.1' } }),
    );
    await past.tell(aMessage());
    await past.close();
    expect([proxy.seen.length, server.seen.length]).toEqual([1, 1]);
    await proxy.close();
  });

  it('reads its secrets at each use, and says which cannot be read', async () => {
    const ports = portsFor(server.url, {
      read: async () => {
        throw new Error('the file word is empty');
      },
    });
    const without = openChannel(spec(server.url), ports);
    expect(await failure(without.tell(aMessage()))).toMatchObject({
      code: 'secret',
      message: 'the file word is empty',
    });
    await without.close();
    expect(server.seen).toEqual([]);
  });
});

describe('addresses that are secrets', () => {
  it.each([
    ['nonsense', 'no http or https address'],
    ['ftp://x/', 'no http or https address'],
    ['http://hooks.example.org/T0/secretpart', 'without encryption'],
  ])('%s is refused without being repeated', async (address, why) => {
    const ports = portsFor('', { read: async () => address });
    const channel = openChannel({ slack: { url: { file: 'address' } } }, ports);
    const error = await channel.tell(aMessage()).catch((error: Error) => error);
    expect(error).toMatchObject({ code: 'secret', message: expect.stringContaining(why) });
    expect((error as Error).message).not.toContain('secretpart');
    await channel.close();
  });
});
