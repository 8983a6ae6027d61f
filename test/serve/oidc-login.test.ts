import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Access, Oidc } from '../../src/model/access.ts';
import { ABSOLUTE_OIDC } from '../../src/serve/access/sessions.ts';
import { aControlPlane } from '../builders/control-plane.ts';
import { aStatus } from '../builders/view.ts';
import { anOidcProvider, CLIENT } from './an-oidc-provider.ts';

const ROLES: Oidc['roles'] = [
  { value: 'rack-admins', role: 'admin', pools: null },
  { value: 'sip-team', role: 'operator', pools: ['sip'] },
  { value: 'hte-team', role: 'operator', pools: ['hte'] },
];
const GROUPS = { ada: ['rack-admins', 'sip-team'], sipho: 'sip-team', thandi: ['sip-team', 'hte-team'] };

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
});
afterAll(() => browser.close());

/** A control plane whose people log in at a provider, and a browser that has not. */
async function aSite(change: Partial<Oidc> = {}) {
  const access: { now: Access } = { now: { tokens: [] } };
  const clock = { now: Date.now() };
  const made = aControlPlane(
    {},
    {
      access: () => access.now,
      clock: () => clock.now,
      readSecret: async () => CLIENT.client_secret,
      status: () => aStatus([]),
      nodes: () => [],
    },
  );
  await made.plane.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(made.plane.server.address() as AddressInfo).port}`;
  const issuer = await anOidcProvider(`${url}/login/oidc/callback`, GROUPS);
  const oidc: Oidc = {
    ...{ issuer, clientId: CLIENT.client_id, clientSecret: { file: 'oidc' }, scopes: ['profile'] },
    ...{ nameClaim: 'preferred_username', rolesClaim: 'groups', roles: ROLES },
    ...change,
  };
  access.now = { tokens: [], oidc };
  const context = await browser.newContext();
  onTestFinished(async () => {
    await context.close();
    await made.plane.close();
  });
  return { ...made, url, issuer, access, clock, page: await context.newPage(), oidc };
}

/** Through the provider's own pages. */
async function logInAs(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: /^Log in at localhost/ }).click();
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: /sign-in/i }).click();
  await page.getByRole('button', { name: /continue/i }).click();
}

/** As a script of the page would; answers with the HTTP status. */
function pause(page: Page, csrf: string): Promise<number> {
  const headers = { 'content-type': 'application/json', 'x-barewright-csrf': csrf };
  const call = { method: 'POST', headers, body: JSON.stringify({ why: 'fan' }) };
  return page.evaluate(
    `fetch('/api/v1/nodes/n1/pause', ${JSON.stringify(call)}).then(({ status }) => status)`,
  );
}

describe('a login provider', () => {
  it('lets people in by their groups, on to the page they wanted, and their name is the actor', async () => {
    const { page, url, access, oidc, clock, calls } = await aSite();
    await page.goto(`${url}/status`);
    expect(new URL(page.url()).pathname).toBe('/login');
    await logInAs(page, 'sipho');
    await page.waitForURL(`${url}/status`);
    expect(await page.locator('body').textContent()).toContain('sipho');

    const csrf = await page.locator('form[action="/logout"] input[name=csrf]').inputValue();
    expect(await pause(page, 'not-the-secret')).toBe(403);
    expect(await pause(page, csrf)).toBe(200);
    expect(calls).toEqual([['pause', 'n1', 'sipho', 'fan', null]]);

    const reads = async () => (await page.goto(`${url}/api/v1/status`))?.status();
    expect(await reads()).toBe(200);
    access.now = { tokens: [], oidc: { ...oidc, roles: [] } };
    expect(await reads()).toBe(401);
    access.now = { tokens: [], oidc };
    expect(await reads()).toBe(200);
    clock.now += ABSOLUTE_OIDC;
    expect(await reads()).toBe(401);
  });

  it('refuses whom no group gives a role, and says so', async () => {
    const { page, url, calls } = await aSite();
    await page.goto(`${url}/`);
    await logInAs(page, 'mallory');
    expect(await page.getByRole('alert').textContent()).toContain('mallory has no role here');
    expect((await page.goto(`${url}/api/v1/status`))?.status()).toBe(401);
    expect(calls).toEqual([]);
  });

  it('takes no answer that this browser did not ask for, and none twice', async () => {
    const { page, url, issuer } = await aSite();
    const callbacks: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/callback?')) callbacks.push(request.url());
    });
    await page.goto(`${url}/`);
    await logInAs(page, 'ada');
    await page.waitForURL(`${url}/`);
    const [used = ''] = callbacks;
    expect(used).toContain(`iss=${encodeURIComponent(issuer)}`);
    const other = await browser.newContext();
    const elsewhere = await other.newPage();
    expect((await elsewhere.goto(used))?.status()).toBe(401);
    expect((await page.goto(used))?.status()).toBe(401);
    await elsewhere.goto(`${url}/login/oidc`);
    const forged = await elsewhere.goto(`${url}/login/oidc/callback?code=made-up&state=made-up`);
    expect(forged?.status()).toBe(401);
    await other.close();
  });

  it('that cannot be asked is named, and tokens still do', async () => {
    const { page, url, errors } = await aSite({ issuer: 'http://localhost:1' });
    await page.goto(`${url}/login`);
    await page.getByRole('link', { name: /^Log in at localhost/ }).click();
    expect(await page.getByRole('alert').textContent()).toContain('cannot be asked');
    expect(await page.getByLabel('token').count()).toBe(1);
    expect(errors).toHaveLength(1);
  });
});
