import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aSharedPlane } from './some-access.ts';

const HASTE = { request: 150, look: 20, handshake: 150 };

async function listening(change: Parameters<typeof aSharedPlane>[0] = {}) {
  const site = aSharedPlane({ slow: HASTE, clock: Date.now, ...change });
  await site.plane.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => site.plane.close());
  return { ...site, port: (site.plane.server.address() as AddressInfo).port };
}

/** All that comes back until the server ends the connection. */
function talk(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const said: string[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (part: string) => said.push(part));
    socket.on('error', () => undefined).on('close', () => resolve(said.join('')));
  });
}

describe('clients that mean no good', () => {
  it('who never comes to the end of the headers, or of the body, is let go', async () => {
    const { port, calls } = await listening();
    const headers =
      'POST /api/v1/nodes/n1/pause HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer token-of-ada\r\n';
    expect(await talk(port, headers)).toMatch(/^(HTTP\/1\.1 408|$)/);
    const body = `${headers}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{"why":`;
    expect(await talk(port, body)).toMatch(/^(HTTP\/1\.1 408|$)/);
    expect(calls).toEqual([]);
  });

  it('oversized bodies and headers are refused', async () => {
    const { as, port, calls } = await listening();
    const payload = { why: 'x'.repeat(70_000) };
    const answer = await as('ada', { method: 'POST', url: '/api/v1/nodes/n1/pause', payload });
    expect(answer.statusCode).toBe(400);
    expect(
      await talk(port, `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 431/);
    expect(calls).toEqual([]);
  });

  it.each([
    '/assets/../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..%5cpackage.json',
    '/assets/page.css%00.js',
    '//etc/passwd',
  ])('%s leads to no file', async (url) => {
    const { as } = aSharedPlane();
    const answer = await as('ada', { url });
    expect([404, 400]).toContain(answer.statusCode);
    expect(answer.body).not.toMatch(/"devDependencies"|root:/);
  });

  it('a name in a path is a name, however it is written', async () => {
    const { as, calls } = aSharedPlane();
    const paths = ['..%2fn1', 'n1%2f..%2fn1', 'n1%00', '%2e%2e'];
    for (const name of paths)
      expect((await as('sipho', { url: `/api/v1/nodes/${name}` })).statusCode).toBeGreaterThanOrEqual(400);
    expect(calls).toEqual([]);
  });

  it('a method that is not there is refused, with a cookie or without', async () => {
    const { as, calls } = aSharedPlane();
    for (const method of ['PUT', 'DELETE'] as const)
      expect((await as('ada', { method, url: '/api/v1/nodes/n1' })).statusCode).toBe(404);
    expect(calls).toEqual([]);
  });
});
