import { request as httpsRequest } from 'node:https';
import { describe, expect, it } from 'vitest';
import { createSigner, TOKEN_LIFE } from '../../src/own-registry/signer.ts';
import { anImage, push } from '../registry/an-image.ts';
import { failure } from '../registry/failure.ts';
import { aHost, NODE, WRITER } from './a-host.ts';

type AHost = Awaited<ReturnType<typeof aHost>>;

interface Asked {
  login?: { username: string; password: string } | null;
  scope?: string[];
  service?: string;
  method?: string;
  authorization?: string;
  path?: string;
}

/** As any client would, without anything of ours. */
function ask(
  registry: AHost,
  asked: Asked = {},
): Promise<{ status: number; headers: Record<string, unknown>; body: Body }> {
  const { login = NODE, scope = [], service = registry.place, method = 'GET' } = asked;
  const url = new URL(asked.path ?? '/token', registry.tokens);
  url.searchParams.set('service', service);
  for (const one of scope) url.searchParams.append('scope', one);
  const basic = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const authorization = asked.authorization ?? basic;
  const headers = authorization === null ? {} : { authorization };
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(url, { method, headers, ca: registry.host().ca }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: JSON.parse(text) }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

interface Body {
  token?: string;
  expires_in?: number;
  errors?: { code: string; message: string }[];
}

function claimsOf({ token = '' }: Body): {
  access: unknown;
  sub: string;
  aud: string;
  exp: number;
  iat: number;
} {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

/** What the registry says to a token. */
function show(registry: AHost, token: string, path: string, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const sent = httpsRequest(
      `https://${registry.place}${path}`,
      { method, headers, ca: registry.host().ca },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

describe('the token endpoint', () => {
  it('gives a node what it may, and nothing more', async () => {
    const registry = await aHost();
    const { status, headers, body } = await ask(registry, {
      scope: ['repository:app:pull,push,delete', 'registry:catalog:*', 'repository:base/redis:push'],
    });
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body.expires_in).toBe(TOKEN_LIFE);
    const claims = claimsOf(body);
    expect(claims).toMatchObject({ sub: 'sip-n01', aud: registry.place });
    expect(claims.access).toEqual([{ type: 'repository', name: 'app', actions: ['pull'] }]);
    const scope = ['repository:app:pull,push,delete registry:catalog:*'];
    expect(claimsOf((await ask(registry, { login: WRITER, scope })).body).access).toEqual([
      { type: 'repository', name: 'app', actions: ['pull', 'push', 'delete'] },
      { type: 'registry', name: 'catalog', actions: ['*'] },
    ]);
    // `docker login` asks for nothing, only to be known.
    expect(claimsOf((await ask(registry)).body).access).toEqual([]);
  });

  it('refuses wrong passwords, accounts that there are not, and none at all, in the same words', async () => {
    const registry = await aHost();
    const wrong = await ask(registry, { login: { ...NODE, password: 'Trout' } });
    const unknown = await ask(registry, { login: { username: 'nobody', password: 'trout' } });
    const empty = await ask(registry, { login: { username: 'nobody', password: '' } });
    for (const { status, body } of [wrong, unknown, empty]) {
      expect(status).toBe(401);
      expect(body).toEqual({
        errors: [{ code: 'UNAUTHORIZED', message: 'no such account, or another password' }],
      });
    }
    expect(wrong.headers['www-authenticate']).toBe('Basic realm="barewright"');
    expect((await ask(registry, { login: null })).status).toBe(401);
    expect((await ask(registry, { authorization: 'Bearer x' })).status).toBe(401);
    expect((await ask(registry, { authorization: `Basic ${'A'.repeat(5000)}` })).status).toBe(401);
    expect(registry.refused).toEqual(['sip-n01 127.0.0.1', 'nobody 127.0.0.1', 'nobody 127.0.0.1']);
  });

  it.each([
    'repository:app',
    'repository::pull',
    'repository:../etc:pull',
    'repository:App:pull',
    'repository:app:pull,PUSH',
    'registry:other:*',
    'user:me:read',
  ])('refuses the scope %s', async (scope) => {
    const { status, body } = await ask(await aHost(), { scope: [scope] });
    expect(status).toBe(400);
    expect(body.errors?.[0]?.message).toBe('scope is not written like repository:NAME:pull');
  });

  it('refuses scopes that are too long, or too many', async () => {
    const registry = await aHost();
    expect((await ask(registry, { scope: [`repository:${'a'.repeat(600)}:pull`] })).status).toBe(400);
    expect((await ask(registry, { scope: Array(33).fill('repository:app:pull') })).status).toBe(400);
  });

  it('is of one service, answers GET alone, and has nothing else', async () => {
    const registry = await aHost();
    expect((await ask(registry, { service: 'other:5000' })).status).toBe(400);
    expect(await ask(registry, { method: 'POST' })).toMatchObject({ status: 405, headers: { allow: 'GET' } });
    expect((await ask(registry, { path: '/v2/' })).status).toBe(404);
  });

  it('tires of an address that guesses, and never of the right login', async () => {
    const registry = await aHost();
    const wrong = { login: { ...NODE, password: 'x' } };
    const statuses: number[] = [];
    for (let tries = 0; tries < 22; tries++) statuses.push((await ask(registry, wrong)).status);
    expect(statuses).toEqual([...Array(20).fill(401), 429, 429]);
    expect(Number((await ask(registry, wrong)).headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask(registry)).status).toBe(200);
    expect(registry.refused).toHaveLength(20);
  });
});

describe('the registry', () => {
  it('takes a token for what it says, as long as it says', async () => {
    let now = Date.now();
    const registry = await aHost({ clock: () => now });
    const { digest } = await push(registry.client().repository('app'), '1', anImage());
    const pull = async () => (await ask(registry, { scope: ['repository:app:pull'] })).body.token ?? '';
    const path = `/v2/app/manifests/${digest}`;
    const tags = '/v2/app/tags/list';
    expect(await show(registry, await pull(), tags)).toBe(200);
    expect(await show(registry, await pull(), path, 'DELETE')).toBe(401);
    expect(await show(registry, await pull(), '/v2/app/blobs/uploads/', 'POST')).toBe(401);
    expect(await show(registry, await pull(), '/v2/other/tags/list')).toBe(401);
    expect(await show(registry, await pull(), '/v2/_catalog')).toBe(401);
    // The registry has a clock of its own, and a minute of patience.
    now -= (TOKEN_LIFE + 70) * 1000;
    expect(await show(registry, await pull(), tags)).toBe(401);
    now += (TOKEN_LIFE + 70) * 1000;
    expect(await show(registry, await pull(), tags)).toBe(200);
  });

  it('takes no token that another has signed, or that was changed', async () => {
    const registry = await aHost();
    const { digest } = await push(registry.client().repository('app'), '1', anImage());
    const path = `/v2/app/manifests/${digest}`;
    const access = [{ type: 'repository', name: 'app', actions: ['pull', 'push', 'delete'] }];
    const forged = createSigner('barewright', registry.place, Date.now).token(WRITER.username, access);
    expect(await show(registry, forged, path, 'DELETE')).toBe(401);
    const [header, , signature] = (
      (await ask(registry, { scope: ['repository:app:pull'] })).body.token ?? ''
    ).split('.');
    const claims = Buffer.from(JSON.stringify({ ...claimsOf({ token: forged }), access })).toString(
      'base64url',
    );
    expect(await show(registry, `${header}.${claims}.${signature}`, path, 'DELETE')).toBe(401);
    expect((await registry.client().repository('app').head('1'))?.digest).toBe(digest);
  });

  it('takes no token of before as soon as they are void; whoever may gets another by itself', async () => {
    const registry = await aHost();
    const { digest } = await push(registry.client().repository('app'), '1', anImage());
    const reader = registry.client(NODE).repository('app');
    expect((await reader.head('1'))?.digest).toBe(digest);
    const token = (await ask(registry, { scope: ['repository:app:pull'] })).body.token ?? '';
    expect(await show(registry, token, '/v2/app/tags/list')).toBe(200);
    await registry.host().voidTokens();
    expect(await show(registry, token, '/v2/app/tags/list')).toBe(401);
    expect((await reader.head('1'))?.digest).toBe(digest);
    registry.accounts.delete(NODE.username);
    await registry.host().voidTokens();
    const [code, message] = await failure(reader.head('1'));
    expect(code).toBe('unauthorized');
    expect(message).toMatch(/^the token server 127\.0\.0\.1:\d+ of 127\.0\.0\.1:\d+: 401 no such account/);
  });
});
