import { afterAll, describe, expect, it } from 'vitest';
import { LOCAL_DISK_SCRIPT } from '../../src/render/boot-script.ts';
import { aPlane, MAC, TOKEN } from './a-boot-plane.ts';

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
