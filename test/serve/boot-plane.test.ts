import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { LOCAL_DISK_SCRIPT } from '../../src/render/boot-script.ts';
import { type BootPlanePorts, createBootPlane } from '../../src/serve/boot-plane.ts';

const MAC = '52:54:00:00:00:01';
const TOKEN = 'a'.repeat(75);

type Call = [name: string, ...args: unknown[]];

function aPlane(change: Partial<BootPlanePorts> = {}) {
  const calls: Call[] = [];
  const errors: unknown[] = [];
  const plane = createBootPlane({
    ready: async () => true,
    async script(...args) {
      calls.push(['script', ...args]);
      return args[0] === MAC ? { kind: 'installer', text: '#!ipxe\nthe installer\n' } : { kind: 'unknown' };
    },
    async answers(...args) {
      calls.push(['answers', ...args]);
      return args[0] === TOKEN ? { ok: true, content: 'the answers\n' } : { ok: false, why: 'bad-token' };
    },
    async callback(...args) {
      calls.push(['callback', ...args]);
      return args[0] === TOKEN ? { ok: true } : { ok: false, why: 'bad-token' };
    },
    async report(...args) {
      calls.push(['report', ...args]);
      const sign = (answer: string | Uint8Array) => `sha256=over ${answer.length}`;
      return args[0].mac === MAC ? { ok: true, configDigest: 'c', sign } : { ok: false, why: 'unknown-mac' };
    },
    async stacks(...args) {
      calls.push(['stacks', ...args]);
      if (args[0].mac !== MAC) return { ok: false, why: 'not-wanted' };
      return { ok: true, archive: Uint8Array.of(0, 255, 10), sign: () => 'sha256=of the archive' };
    },
    artifact: () => null,
    loader: async () => null,
    onError: (error) => errors.push(error),
    ...change,
  });
  return { plane, calls, errors };
}

describe('promise 8: while nothing is in force yet', () => {
  it('a machine boots its own disk, and everything else is to come again; nothing is refused for good', async () => {
    const { plane, calls } = aPlane({ ready: async () => false });
    const script = await plane.inject({ url: `/boot/${MAC}` });
    expect([script.statusCode, script.body]).toEqual([200, LOCAL_DISK_SCRIPT]);
    for (const request of [
      { method: 'GET', url: `/i/${TOKEN}/preseed` },
      { method: 'POST', url: `/i/${TOKEN}/complete`, payload: {} },
      { method: 'POST', url: '/report', payload: { mac: MAC } },
    ] as const) {
      const answer = await plane.inject(request);
      expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    }
    expect(calls).toEqual([]);
  });
});

describe('a machine that loses its power while it asks', () => {
  it('is not taken for anybody, and is no defect', async () => {
    const { plane, calls, errors } = aPlane();
    const reached: string[] = [];
    plane.addHook('preHandler', async (request) => {
      reached.push(request.url);
      request.socket.destroy();
    });
    const url = await plane.listen({ host: '127.0.0.1', port: 0 });
    afterAll(() => plane.close());
    const report = { mac: MAC, boot: true, record: null, configDigest: null, stacks: [], facts: {} };
    const post = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(report),
    };
    await expect(fetch(`${url}/report`, post)).rejects.toThrow();
    await expect(fetch(`${url}/boot/${MAC}`)).rejects.toThrow();
    expect(reached).toEqual(['/report', `/boot/${MAC}`]);
    expect([calls, errors]).toEqual([[], []]);
  });
});

describe('boot loaders', () => {
  it('are handed to firmware that boots by HTTP, and nothing else is', async () => {
    const efi = Buffer.from('MZ');
    const { plane } = aPlane({ loader: async (file) => (file === 'snponly.efi' ? efi : null) });
    const answer = await plane.inject('/ipxe/snponly.efi');
    expect([answer.statusCode, answer.body]).toEqual([200, 'MZ']);
    const head = await plane.inject({ method: 'HEAD', url: '/ipxe/snponly.efi' });
    expect([head.statusCode, head.headers['content-length'], head.body]).toEqual([200, '2', '']);
    expect((await plane.inject('/ipxe/..%2f..%2fetc%2fpasswd')).statusCode).toBe(404);
  });
});

describe('boot scripts', () => {
  it('are found by any way to write a MAC, and never kept', async () => {
    const { plane, calls } = aPlane();
    for (const mac of [MAC, MAC.replaceAll(':', '-'), MAC.toUpperCase()]) {
      const answer = await plane.inject({ url: `/boot/${mac}`, remoteAddress: '10.0.0.11' });
      expect([answer.statusCode, answer.body]).toEqual([200, '#!ipxe\nthe installer\n']);
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'content-type': 'text/plain; charset=utf-8',
      });
    }
    expect(calls).toEqual(Array(3).fill(['script', MAC, '10.0.0.11', 'ipxe']));
  });

  it('promise 6: an unknown MAC gets nothing at all', async () => {
    const { plane, calls } = aPlane();
    for (const mac of ['52:54:00:00:00:02', 'x', '52:54:00:00:00:01:02', '%00', '5'.repeat(150)]) {
      expect((await plane.inject({ url: `/boot/${mac}` })).statusCode).toBe(404);
    }
    expect(calls).toHaveLength(1);
  });

  it('promise 6: whatever goes wrong, the answer is "boot your disk"', async () => {
    const { plane, errors } = aPlane({ script: () => Promise.reject(new Error('the profile is gone')) });
    const answer = await plane.inject({ url: `/boot/${MAC}` });
    expect([answer.statusCode, answer.body]).toEqual([200, LOCAL_DISK_SCRIPT]);
    expect(errors).toHaveLength(1);
    const local = aPlane({ script: async () => ({ kind: 'local-disk' }) });
    expect((await local.plane.inject({ url: `/boot/${MAC}` })).body).toBe(LOCAL_DISK_SCRIPT);
  });

  it('an IPv4 machine is known by its IPv4 address on a socket for both', async () => {
    const { plane, calls } = aPlane();
    await plane.inject({ url: `/boot/${MAC}`, remoteAddress: '::ffff:10.0.0.11' });
    await plane.inject({ url: `/boot/${MAC}`, remoteAddress: 'fd00::11' });
    expect(calls.map((call) => call[2])).toEqual(['10.0.0.11', 'fd00::11']);
  });
});

describe('answers and callbacks', () => {
  it('answers go to the holder of the token', async () => {
    const { plane } = aPlane();
    const answer = await plane.inject({ url: `/i/${TOKEN}/preseed` });
    expect([answer.statusCode, answer.body, answer.headers['cache-control']]).toEqual([
      200,
      'the answers\n',
      'no-store',
    ]);
    expect((await plane.inject({ url: '/i/other/preseed' })).statusCode).toBe(404);
    expect((await plane.inject({ method: 'POST', url: `/i/${TOKEN}/preseed`, payload: {} })).statusCode).toBe(
      404,
    );
  });

  it.each([
    ['wrong-address', 403],
    ['not-armed', 409],
    ['bad-token', 404],
  ])('%s is %d', async (why, status) => {
    const refused = async () => ({ ok: false as const, why });
    const { plane } = aPlane({ answers: refused, callback: refused, report: refused });
    const answers = [
      await plane.inject({ url: `/i/${TOKEN}/preseed` }),
      await plane.inject({ method: 'POST', url: `/i/${TOKEN}/complete`, payload: {} }),
      await plane.inject({ method: 'POST', url: `/i/${TOKEN}/progress`, payload: { step: 'x' } }),
      await plane.inject({ method: 'POST', url: `/i/${TOKEN}/failed`, payload: { why: 'x' } }),
      await plane.inject({ method: 'POST', url: '/report', payload: { mac: MAC } }),
    ];
    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual(
      Array(5).fill([status, `${why}\n`]),
    );
  });

  it('progress, completion and failure are told apart', async () => {
    const { plane, calls } = aPlane();
    const post = (path: string, payload?: object) =>
      plane.inject({
        method: 'POST',
        url: `/i/${TOKEN}/${path}`,
        ...(payload ? { payload } : {}),
        remoteAddress: '10.0.0.11',
      });
    expect((await post('progress', { step: 'base', percent: 10 })).json()).toEqual({ ok: true });
    await post('progress', { step: 'base' });
    await post('complete', {});
    await post('complete');
    await post('failed', { why: 'no disk' });
    expect(calls.map((call) => call[3])).toEqual([
      { kind: 'progress', step: 'base', percent: 10 },
      { kind: 'progress', step: 'base', percent: null },
      { kind: 'complete' },
      { kind: 'complete' },
      { kind: 'failed', why: 'no disk' },
    ]);
  });

  it('a defect is said in the log, and not to the machine', async () => {
    const { plane, errors } = aPlane({ answers: () => Promise.reject(new Error('secret detail')) });
    const answer = await plane.inject({ url: `/i/${TOKEN}/preseed` });
    expect([answer.statusCode, answer.body]).toEqual([500, 'error\n']);
    expect(errors).toHaveLength(1);
  });
});

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
