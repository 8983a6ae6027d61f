import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HookListener, startHookListener } from '../../../src/serve/hooks/listener.ts';

const SECRET = 's3cret';
const BODY = '{"ref":"refs/heads/main"}';

let listener: HookListener | null = null;
let heard: string[];
let readSecret: () => Promise<string>;

/** Takes the place of the listener there is. */
async function listen(patience: number): Promise<void> {
  await listener?.close();
  listener = await startHookListener(
    { host: '127.0.0.1', port: 0 },
    {
      secret: () => readSecret(),
      onCall: (kind) => void heard.push(`${kind}: heard`),
      onRefused: (cause, kind, address) => void heard.push(`${kind}: ${cause} from ${address}`),
      ...{ clock: Date.now, patience },
    },
  );
}

beforeEach(async () => {
  heard = [];
  readSecret = async () => SECRET;
  await listen(30_000);
});
afterEach(async () => {
  await listener?.close();
  listener = null;
});

const sign = (body: string | Buffer) => `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;

async function call(path: string, init: RequestInit = {}): Promise<[status: number, code: string]> {
  const answer = await fetch(`http://127.0.0.1:${listener?.port}${path}`, { method: 'POST', ...init });
  const body = (await answer.json()) as { ok?: boolean; error?: { code: string } };
  return [answer.status, body.error?.code ?? 'ok'];
}

const github = (body: string, headers: Record<string, string> = {}) =>
  call('/hooks/github', { body, headers: { 'x-hub-signature-256': sign(body), ...headers } });

/** What the listener answers to these very bytes; the connection is left open from here. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(listener?.port ?? 0, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

describe('the listener for webhooks', () => {
  it('takes a good call, whatever it says and however it calls it', async () => {
    expect(await github(BODY)).toEqual([202, 'ok']);
    expect(await github('not JSON', { 'content-type': 'application/x-www-form-urlencoded' })).toEqual([
      202,
      'ok',
    ]);
    expect(await github('', { 'x-github-event': 'ping' })).toEqual([202, 'ok']);
    expect(heard).toEqual(['github: heard', 'github: heard', 'github: heard']);
  });

  it('refuses what is forged, and what has no signature', async () => {
    expect(await github(BODY, { 'x-hub-signature-256': sign(`${BODY} `) })).toEqual([401, 'forged']);
    expect(await call('/hooks/github', { body: BODY })).toEqual([401, 'unsigned']);
    expect(heard).toEqual(['github: forged from 127.0.0.1', 'github: unsigned from 127.0.0.1']);
  });

  it('refuses what was here before, by another name too', async () => {
    expect(await github(BODY, { 'x-github-delivery': 'a' })).toEqual([202, 'ok']);
    expect(await github(BODY, { 'x-github-delivery': 'b' })).toEqual([409, 'repeated']);
    expect(heard).toEqual(['github: heard', 'github: repeated from 127.0.0.1']);
  });

  it('takes two like calls of GitLab’s with different names, and each once', async () => {
    const gitlab = (key: string) =>
      call('/hooks/gitlab', { body: BODY, headers: { 'x-gitlab-token': SECRET, 'idempotency-key': key } });
    expect([await gitlab('1'), await gitlab('2'), await gitlab('1')]).toEqual([
      [202, 'ok'],
      [202, 'ok'],
      [409, 'repeated'],
    ]);
  });

  it('refuses more than 1 MiB, announced or not, and takes 1 MiB', async () => {
    const most = 'x'.repeat(1024 * 1024);
    expect(await github(most)).toEqual([202, 'ok']);
    expect(await github(`${most}x`)).toEqual([413, 'oversized']);
    const head = `POST /hooks/github HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: ${sign('')}\r\n`;
    const chunk = `${(600_000).toString(16)}\r\n${'x'.repeat(600_000)}\r\n`;
    expect(await raw(`${head}transfer-encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 413 /,
    );
    // What is still on its way is not waited for without end.
    await listen(200);
    expect(await raw(`${head}content-length: 900000000\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 /);
    expect(heard.slice(1)).toEqual(Array.from({ length: 3 }, () => 'github: oversized from 127.0.0.1'));
  });

  it('cuts off a body that does not come', async () => {
    await listen(200);
    const head = `POST /hooks/github HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: ${sign('')}\r\n`;
    expect(await raw(`${head}content-length: 9\r\n\r\n{"ref`)).toMatch(/^HTTP\/1.1 408 /);
    expect(heard).toEqual(['github: slow from 127.0.0.1']);
  });

  it('does not wait for a body that it would not read', async () => {
    await listen(200);
    const answer = await raw('POST /hooks/github HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
  });

  it('is for POST, at its paths, and for nothing else', async () => {
    expect(await call('/hooks/github', { method: 'GET' })).toEqual([405, 'method']);
    expect(await call('/hooks/github', { method: 'PUT', body: BODY })).toEqual([405, 'method']);
    for (const path of [
      '/',
      '/hooks',
      '/hooks/sourcehut',
      '/hooks/github/x',
      '/api/v1/status',
      '/hooks/../x',
    ]) {
      expect(await call(path, { body: BODY })).toEqual([404, 'misplaced']);
    }
    expect(
      await call('/hooks/github/?a=1', { body: BODY, headers: { 'x-hub-signature-256': sign(BODY) } }),
    ).toEqual([202, 'ok']);
  });

  it('says that its secret cannot be read, and takes calls again when it can', async () => {
    readSecret = async () => {
      throw new Error('the file hook-secret is empty');
    };
    expect(await github(BODY)).toEqual([503, 'secret']);
    readSecret = async () => SECRET;
    expect(await github(BODY)).toEqual([202, 'ok']);
  });

  it('says where it cannot listen', async () => {
    const again = startHookListener(
      { host: '127.0.0.1', port: listener?.port ?? 0 },
      { secret: readSecret, onCall() {}, onRefused() {}, clock: Date.now },
    );
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
