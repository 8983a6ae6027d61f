import { describe, expect, it } from 'vitest';
import { ABSOLUTE, IDLE } from '../../src/serve/access/sessions.ts';
import { T0 } from '../builders/commit.ts';
import { aSharedPlane, aToken } from './some-access.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const STATUS = { url: '/api/v1/status' };

/** As the page that was loaded would send it back. */
async function csrfOf(site: ReturnType<typeof aSharedPlane>, cookie: string): Promise<string> {
  const { body } = await site.as(null, { url: '/status', headers: { cookie, accept: 'text/html' } });
  return /action="\/logout">\s*<input type="hidden" name="csrf" value="([\w-]{43})"/.exec(body)?.[1] ?? '';
}

describe('the login of browsers', () => {
  it('leads a browser there, and from there back; the cookie is for this server alone, and no script reads it', async () => {
    const { as } = aSharedPlane();
    const first = await as(null, { url: '/nodes/n1?x=1', headers: { accept: 'text/html' } });
    expect([first.statusCode, first.headers.location]).toEqual([303, '/login?next=%2Fnodes%2Fn1%3Fx%3D1']);
    const payload = 'token=token-of-vera&next=%2Fnodes%2Fn1%3Fx%3D1';
    const answer = await as(null, { method: 'POST', url: '/login', headers: FORM, payload });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/nodes/n1?x=1']);
    expect(answer.headers['set-cookie']).toMatch(
      /^barewright-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:1',
    '/x\r\nset-cookie: a=b',
  ])('leads nowhere else: %j', async (next) => {
    const { as } = aSharedPlane();
    const payload = new URLSearchParams({ token: 'token-of-vera', next }).toString();
    const answer = await as(null, { method: 'POST', url: '/login', headers: FORM, payload });
    expect(answer.headers.location).toBe('/');
  });

  it('a button that is pressed after the session has ended leads to the login, and back to its page', async () => {
    const { as, calls } = aSharedPlane();
    const html = { accept: 'text/html,*/*;q=0.8', cookie: 'barewright-session=of-before' };
    const press = async (url: string, headers: Record<string, string> = html) => {
      const answer = await as(null, { method: 'POST', url, headers });
      return [answer.statusCode, answer.headers.location];
    };
    expect(await press('/actions/nodes/n1/pause')).toEqual([303, '/login?next=%2Fnodes%2Fn1']);
    expect(await press('/actions/approve')).toEqual([303, '/login?next=%2Fplans']);
    expect(await press('/logout')).toEqual([303, '/login']);
    expect(await press('/actions/nodes/n1/pause', {})).toEqual([401, undefined]);
    expect(await press('/api/v1/nodes/n1/pause')).toEqual([401, undefined]);
    expect(calls).toEqual([]);
  });

  it('what is wrong is refused and told; the eleventh within a minute has to wait', async () => {
    const { as, refused } = aSharedPlane();
    const codes: number[] = [];
    for (let n = 0; n < 11; n += 1)
      codes.push(
        (await as(null, { method: 'POST', url: '/login', headers: FORM, payload: 'token=no' })).statusCode,
      );
    expect(codes).toEqual([...Array(10).fill(401), 429]);
    expect(refused[0]).toEqual(['login', '192.0.2.9']);
  });

  it('a session reads, and is over when it lay idle, grew old, was ended, or its token left the site', async () => {
    let [now, tokens] = [T0, [aToken('vera', 'viewer')]];
    const site = aSharedPlane({ clock: () => now, access: () => ({ tokens }) });
    const read = async (cookie: string) =>
      (await site.as(null, { ...STATUS, headers: { cookie } })).statusCode;
    const idle = await site.logIn('vera');
    expect(await read(idle)).toBe(200);
    now += IDLE;
    expect(await read(idle)).toBe(401);
    const old = await site.logIn('vera');
    for (const end = now + ABSOLUTE; now < end; now += IDLE / 2) expect(await read(old)).toBe(200);
    expect(await read(old)).toBe(401);
    const ended = await site.logIn('vera');
    const csrf = await csrfOf(site, ended);
    const out = { method: 'POST', url: '/logout', payload: `csrf=${csrf}` } as const;
    expect((await site.as(null, { ...out, headers: { ...FORM, cookie: ended } })).statusCode).toBe(303);
    expect(await read(ended)).toBe(401);
    const revoked = await site.logIn('vera');
    tokens = [];
    expect(await read(revoked)).toBe(401);
  });

  it('forged cookies are nobody’s', async () => {
    const { as, logIn } = aSharedPlane();
    const real = await logIn('ada');
    const last = real.at(-1) === 'A' ? 'B' : 'A';
    for (const cookie of [
      `${real.slice(0, -1)}${last}`,
      `barewright-session=${'A'.repeat(43)}`,
      `__Host-${real}`,
      real.toUpperCase(),
      'barewright-session=',
    ])
      expect([cookie, (await as(null, { ...STATUS, headers: { cookie } })).statusCode]).toEqual([
        cookie,
        401,
      ]);
  });
});

describe('what a page of another server can have a browser send', () => {
  const act = { method: 'POST', url: '/actions/nodes/n1/retry' } as const;

  it('changes nothing: a session needs its secret, and the request its own origin', async () => {
    const site = aSharedPlane();
    const cookie = await site.logIn('ada');
    const csrf = await csrfOf(site, cookie);
    expect(csrf).not.toBe('');
    const own = { ...FORM, cookie };
    const send = async (headers: Record<string, string>, payload: string) =>
      (await site.as(null, { ...act, headers: { ...own, ...headers }, payload })).statusCode;
    const good = `csrf=${csrf}`;
    expect(await send({}, '')).toBe(403);
    expect(await send({}, `csrf=${'A'.repeat(43)}`)).toBe(403);
    expect(await send({ 'sec-fetch-site': 'cross-site' }, good)).toBe(403);
    expect(await send({ 'sec-fetch-site': 'same-site' }, good)).toBe(403);
    expect(await send({ origin: 'https://evil.example' }, good)).toBe(403);
    expect(await send({ origin: 'null' }, good)).toBe(403);
    expect(site.calls).toEqual([]);
    expect(await send({ 'sec-fetch-site': 'same-origin', origin: 'null' }, good)).toBe(303);
    expect(await send({ origin: 'http://rack.example.org:8481' }, good)).toBe(303);
    expect(site.calls).toHaveLength(2);
  });

  it('the secret of another session does not count', async () => {
    const site = aSharedPlane();
    const [mine, hers] = [await site.logIn('ada'), await site.logIn('oscar')];
    const payload = `csrf=${await csrfOf(site, hers)}`;
    expect((await site.as(null, { ...act, headers: { ...FORM, cookie: mine }, payload })).statusCode).toBe(
      403,
    );
  });

  it('logs nobody in', async () => {
    const { as } = aSharedPlane();
    const headers = { ...FORM, 'sec-fetch-site': 'cross-site' };
    const answer = await as(null, { method: 'POST', url: '/login', headers, payload: 'token=token-of-ada' });
    expect(answer.statusCode).toBe(403);
  });

  it('JSON calls of a session need the secret in a header', async () => {
    const site = aSharedPlane();
    const cookie = await site.logIn('ada');
    const call = { method: 'POST', url: '/api/v1/nodes/n1/retry' } as const;
    expect((await site.as(null, { ...call, headers: { cookie } })).statusCode).toBe(403);
    const headers = { cookie, 'x-barewright-csrf': await csrfOf(site, cookie) };
    expect((await site.as(null, { ...call, headers })).statusCode).toBe(200);
  });
});

describe('links that log in once', () => {
  it('are made with the control token, work once within two minutes, and name who made them', async () => {
    let now = T0;
    const { as, calls } = aSharedPlane({ clock: () => now });
    const link = async () => {
      const headers = { 'x-barewright-actor': 'thandi' };
      const { path } = (await as('control', { method: 'POST', url: '/api/v1/login-links', headers })).json();
      return new URL(path, 'http://x').searchParams.get('code') ?? '';
    };
    const use = (code: string) =>
      as(null, { method: 'POST', url: '/login', headers: FORM, payload: `code=${code}` });
    const code = await link();
    expect((await as(null, { url: `/login?code=${code}` })).body).toContain(`name="code" value="${code}"`);
    const answer = await use(code);
    expect(answer.statusCode).toBe(303);
    expect((await use(code)).statusCode).toBe(401);
    const late = await link();
    now += 120_000;
    expect((await use(late)).statusCode).toBe(401);
    expect(calls).toEqual([]);
  });
});
