import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { aPlane, MAC, TOKEN } from './a-boot-plane.ts';

describe('what machines send is checked before anybody looks at it', () => {
  const RECORD = {
    installId: '0'.repeat(32),
    profile: 'base',
    generation: 1,
    installDigest: 'ab',
    commit: 'cd',
  };

  it('a report and a request for stacks are handed on byte for byte, with their signature; the answers are signed', async () => {
    const { plane, calls } = aPlane();
    const nonce = '0'.repeat(32);
    const bodies = {
      '/report': `{ "mac":"${MAC}",\n"boot" : true}`,
      '/stacks': `{"nonce":"${nonce}",  "mac":"${MAC}","installId":"${nonce}","configDigest":"c0de"}`,
    };
    for (const [url, payload] of Object.entries(bodies)) {
      const headers = { 'content-type': 'application/json', 'x-barewright-signature': `sha256=of ${url}` };
      const answer = await plane.inject({ method: 'POST', url, headers, payload });
      expect(answer.statusCode).toBe(200);
      expect(calls.at(-1)?.[3]).toEqual({ body: Buffer.from(payload), signature: `sha256=of ${url}` });
      const signature = answer.headers['x-barewright-signature'];
      if (url === '/report')
        expect([answer.body, signature]).toEqual(['{"configDigest":"c"}', 'sha256=over 20']);
      else expect([...answer.rawPayload, signature]).toEqual([0, 255, 10, 'sha256=of the archive']);
    }
  });

  it('a report is filled up with what it leaves out', async () => {
    const { plane, calls } = aPlane();
    const answer = await plane.inject({
      method: 'POST',
      url: '/report',
      payload: { mac: MAC, record: RECORD },
    });
    expect(answer.json()).toEqual({ configDigest: 'c' });
    expect(calls[0]?.[1]).toEqual({
      mac: MAC,
      boot: false,
      record: RECORD,
      configDigest: null,
      stacks: [],
      facts: {},
    });
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no object', []],
    ['no MAC', {}],
    ['an unknown field', { mac: MAC, admin: true }],
    ['a MAC in capitals', { mac: 'AA:BB:CC:DD:EE:FF' }],
    ['an install id of another shape', { mac: MAC, record: { ...RECORD, installId: '../etc' } }],
    ['a profile with a line break', { mac: MAC, record: { ...RECORD, profile: 'a\nb' } }],
    ['a generation that is no number', { mac: MAC, record: { ...RECORD, generation: '1' } }],
    ['a generation beyond all reason', { mac: MAC, record: { ...RECORD, generation: 1e15 } }],
    ['a record without a commit', { mac: MAC, record: { ...RECORD, commit: undefined } }],
    ['too many stacks', { mac: MAC, stacks: Array(101).fill({ name: 'a', state: 'ok' }) }],
    ['a stack in no known state', { mac: MAC, stacks: [{ name: 'a', state: 'great' }] }],
    ['a message with an escape', { mac: MAC, stacks: [{ name: 'a', state: 'ok', message: '\u001b[2J' }] }],
    ['a message with a C1 control', { mac: MAC, stacks: [{ name: 'a', state: 'ok', message: '\u009b2J' }] }],
    ['a fact that is too long', { mac: MAC, facts: { kernel: 'x'.repeat(301) } }],
    ['a fact whose name is a line break', { mac: MAC, facts: { 'a\nb': 'x' } }],
    [
      'too many facts',
      { mac: MAC, facts: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`f${i}`, 'x'])) },
    ],
  ])('%s', async (_what, payload) => {
    const { plane, calls, errors } = aPlane();
    const answer = await plane.inject({
      method: 'POST',
      url: '/report',
      headers: { 'content-type': 'application/json' },
      payload: payload === undefined ? '' : JSON.stringify(payload),
    });
    expect(answer.statusCode).toBe(400);
    expect([calls, errors]).toEqual([[], []]);
  });

  it('a body that is too large, no JSON, or of another type', async () => {
    const { plane, calls } = aPlane();
    const send = (payload: string, type = 'application/json') =>
      plane.inject({ method: 'POST', url: '/report', headers: { 'content-type': type }, payload });
    expect((await send(`{"mac":"${'x'.repeat(70_000)}"}`)).statusCode).toBe(413);
    expect((await send('{"mac":')).statusCode).toBe(400);
    expect((await send('{"__proto__":{"x":1},"mac":"a"}')).statusCode).toBe(400);
    expect((await send('a=b', 'application/x-www-form-urlencoded')).statusCode).toBe(415);
    expect(calls).toEqual([]);
  });
});

describe('fuzz', () => {
  const { plane, errors } = aPlane();
  afterAll(() => plane.close());
  const word = fc.oneof(
    fc.constantFrom(
      'boot',
      'i',
      'report',
      'preseed',
      'progress',
      'complete',
      'failed',
      MAC,
      TOKEN,
      '..',
      '%00',
      '%zz',
      '*',
      '',
    ),
    fc.string({ unit: 'binary', maxLength: 30 }).map(encodeURIComponent2),
  );
  const path = fc.array(word, { maxLength: 4 }).map((words) => `/${words.join('/')}`);
  const payload = fc.oneof(
    fc.constant(undefined),
    fc.string({ maxLength: 200 }),
    fc.json(),
    fc
      .record(
        {
          mac: fc.oneof(fc.constant(MAC), fc.string()),
          step: fc.anything(),
          why: fc.anything(),
          stacks: fc.anything(),
          facts: fc.anything(),
          record: fc.anything(),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value) ?? ''),
  );

  it('no request is answered by a 5xx, or not at all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'),
        path,
        fc.constantFrom('application/json', 'text/plain', 'application/json; charset=x', ''),
        payload,
        async (method, url, type, body) => {
          const answer = await plane.inject({
            method: method as 'GET',
            url,
            headers: type ? { 'content-type': type } : {},
            ...(body === undefined || method === 'GET' || method === 'HEAD' ? {} : { payload: body }),
          });
          expect(answer.statusCode).toBeLessThan(500);
          expect(errors).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  }, 60_000);
});

function encodeURIComponent2(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
