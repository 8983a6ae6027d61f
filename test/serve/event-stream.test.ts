import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { aControlPlane } from '../builders/control-plane.ts';
import { found, waiting } from '../builders/event.ts';
import { aSharedPlane, aToken } from './some-access.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function listening() {
  const control = aControlPlane();
  const url = await control.plane.listen({ host: '127.0.0.1', port: 0 });
  open.push(() => control.plane.close());
  return { ...control, url };
}

/** Reads a stream piece by piece; `next` answers the ids of the following events, so many of them. */
async function follow(url: string, headers: Record<string, string> = {}) {
  const abort = new AbortController();
  open.push(() => abort.abort());
  const answer = await fetch(url, { headers, signal: abort.signal });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  async function block(): Promise<string> {
    while (!text.includes('\n\n')) {
      const piece = await reader?.read();
      if (!piece || piece.done) throw new Error('the stream ended');
      text += piece.value;
    }
    const end = text.indexOf('\n\n');
    const found = text.slice(0, end);
    text = text.slice(end + 2);
    return found;
  }
  async function next(count: number): Promise<number[]> {
    const ids: number[] = [];
    while (ids.length < count) {
      const found = await block();
      if (found.includes('event: journal')) ids.push(Number(/^id: (\d+)/m.exec(found)?.[1]));
    }
    return ids;
  }
  return { answer, block, next, close: () => abort.abort() };
}

const many = (count: number) => Array.from({ length: count }, (_, i) => waiting('n1', i));

describe('the stream of events', () => {
  it('says where it begins, and then what happens', async () => {
    const { url, journal } = await listening();
    await journal.append([found('n1'), found('n2')]);
    const stream = await follow(`${url}/api/v1/stream`);
    expect(stream.answer.headers.get('content-type')).toBe('text/event-stream');
    expect(await stream.block()).toBe('retry: 2000\nid: 2');
    await journal.append(many(2));
    expect(await stream.block()).toMatch(/^id: 3\nevent: journal\ndata: \{.*"id":3.*\}$/);
    expect(await stream.next(1)).toEqual([4]);
  });

  it('tells only what is asked for, of the past and of what comes', async () => {
    const { url, journal } = await listening();
    await journal.append([found('n1'), waiting('n1', 1)]);
    const stream = await follow(`${url}/api/v1/stream?after=0&reason=NodeFound&text=nodef&node=n1`);
    await journal.append([waiting('n1', 2), found('n2'), found('n1')]);
    expect(await stream.next(2)).toEqual([1, 5]);
  });

  it.each([
    ['Last-Event-ID', '', { 'last-event-id': '1' }],
    ['?after=', '?after=1', {}],
    ['both, where the header is the newer one', '?after=0', { 'last-event-id': '1' }],
  ])('goes on where a client was: %s', async (_what, query, headers: Record<string, string>) => {
    const { url, journal } = await listening();
    await journal.append([found('n1'), ...many(3)]);
    const stream = await follow(`${url}/api/v1/stream${query}`, headers);
    expect(await stream.next(3)).toEqual([2, 3, 4]);
    await journal.append(many(1));
    expect(await stream.next(1)).toEqual([5]);
  });

  it('brings thousands of missed events, each once and in order, while others come in', async () => {
    const { url, journal } = await listening();
    await journal.append([found('n1'), ...many(3_499)]);
    const stream = await follow(`${url}/api/v1/stream?after=0`);
    void journal.append(many(500));
    expect(await stream.next(4_000)).toEqual(Array.from({ length: 4_000 }, (_, i) => i + 1));
  });

  it('an id that no event has yet, or that is no id, begins with what is new', async () => {
    const { url, journal } = await listening();
    await journal.append([found('n1')]);
    for (const id of ['99', '-1', 'x', '1e3', '9'.repeat(30)]) {
      const stream = await follow(`${url}/api/v1/stream`, { 'last-event-id': id });
      expect(await stream.block()).toBe('retry: 2000\nid: 1');
      stream.close();
    }
  });

  it('a client that goes is forgotten, and closing the plane ends those that stay', async () => {
    let listeners = 0;
    const control = aControlPlane();
    const { journal } = control;
    const counting = aControlPlane(
      {},
      {
        journal: {
          ...journal,
          subscribe(listener) {
            listeners += 1;
            const stop = journal.subscribe(listener);
            return () => {
              listeners -= 1;
              stop();
            };
          },
        },
      },
    );
    const url = await counting.plane.listen({ host: '127.0.0.1', port: 0 });
    const going = await follow(`${url}/api/v1/stream`);
    const staying = await follow(`${url}/api/v1/stream`);
    await Promise.all([going.block(), staying.block()]);
    expect(listeners).toBe(2);
    going.close();
    await expect.poll(() => listeners).toBe(1);
    await counting.plane.close();
    await expect(staying.next(1)).rejects.toThrow();
    await expect.poll(() => listeners).toBe(0);
  });

  it('a HEAD request is answered, and does not hang', async () => {
    const { url } = await listening();
    const answer = await fetch(`${url}/api/v1/stream`, {
      method: 'HEAD',
      signal: AbortSignal.timeout(5_000),
    });
    expect(answer.status).toBe(404);
  });

  it('is not for another origin', async () => {
    const { plane } = await listening();
    const answer = await plane.inject({ url: '/api/v1/stream', headers: { host: 'evil.example' } });
    expect(answer.statusCode).toBe(401);
  });
});

describe('streams of somebody who is elsewhere', () => {
  it('are bounded for each, whoever else listens, and end when the token leaves the site', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    let tokens = [aToken('vera', 'viewer'), aToken('ada', 'admin')];
    const { plane } = aSharedPlane({ streams: 2, access: () => ({ tokens }), clock: Date.now });
    onTestFinished(() => plane.close());
    const url = await plane.listen({ host: '127.0.0.1', port: 0 });
    const open = (who: string) =>
      fetch(`${url}/api/v1/stream`, { headers: { authorization: `Bearer token-of-${who}` } });
    const [one, two] = [await open('vera'), await open('vera')];
    const third = await open('vera');
    expect([one.status, two.status, third.status]).toEqual([200, 200, 429]);
    expect(third.headers.get('retry-after')).toBe('15');
    expect((await open('ada')).status).toBe(200);
    tokens = [];
    vi.advanceTimersByTime(15_000);
    await expect(one.text()).rejects.toThrow();
  });
});
