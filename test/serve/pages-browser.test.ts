import { mkdirSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { PageUser } from '../../src/serve/page/actions/user.ts';
import { aControlPlane, TOKEN } from '../builders/control-plane.ts';
import { anEvent } from '../builders/event.ts';
import { someImages } from '../builders/image-views.ts';
import { aCommit } from '../builders/node.ts';
import { aToldSite } from '../builders/told-site.ts';
import { aRack } from '../builders/view.ts';

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
const PICTURES = new URL('../artifacts/pages/', import.meta.url).pathname;
const POOLS = ['sip', 'hte', 'ceph', 'edge'];
const PATHS = [
  ...['/', '/nodes/sip-n05', '/nodes/sip-n05/files', '/nodes/sip-n05/installer-log', '/plans'],
  ...['/commits', '/commits/c0ffee5', '/images', '/log', '/report', '/status'],
];

const FILES = [{ file: 'boot script', text: `#!ipxe\nkernel ${'a-very-long-argument '.repeat(20)}\n` }];
const INSTALLER = {
  installId: 'i1',
  lines: Array.from({ length: 40 }, (_, n) => `debootstrap: unpacking ${n} ${'…'.repeat(90)}`),
};
const THANDI: PageUser = { name: 'thandi', role: 'operator', pools: null, csrf: 'c5rf' };
/** What has the focus, by its first words. */
const FOCUS = '(({ textContent, id }) => id || textContent.trim().slice(0, 24))(document.activeElement)';

let browser: Browser;
beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: [...ARGS, ...QUIET] });
});
afterAll(() => browser.close());

/** A site of so many nodes with a month behind it; what the browser complains of, and asks of others, is kept. */
async function visit(
  path: string,
  { nodes = 12, who = null }: { nodes?: number; who?: PageUser | null } = {},
) {
  const rack = aRack(nodes, nodes > 100 ? POOLS : undefined);
  const told = await aToldSite(rack, Date.now);
  const made = aControlPlane(
    { nodes: rack, files: FILES, installerLog: INSTALLER, who },
    { journal: told.journal },
  );
  made.rack.declared.images = someImages();
  const url = await made.plane.listen({ host: '127.0.0.1', port: 0 });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:'))
      complaints.push(`asks for ${request.url()}`);
  });
  onTestFinished(async () => {
    await page.close();
    await made.plane.close();
  });
  await page.goto(url + path);
  await page.waitForSelector(path.endsWith('/files') ? '#live' : '[data-live="live"]');
  return { ...made, page, complaints, url };
}

/** What axe finds that is serious or critical, by these rules or all; each with the first place. */
async function faults(page: Page, rules: string[] = []): Promise<string[]> {
  await page.evaluate(axe.source);
  const only = rules.length > 0 ? { runOnly: { type: 'rule', values: rules } } : {};
  const options = JSON.stringify({ resultTypes: ['violations'], ...only });
  const { violations } = (await page.evaluate(`axe.run(${options})`)) as axe.AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.length} × ${nodes[0]?.html.slice(0, 160)}`);
}

function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

async function keep(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${PICTURES}${name}.png` });
}

describe.each(PATHS)('%s', (path) => {
  const name = path === '/' ? 'rack' : path.slice(1).replaceAll('/', '-');

  it('is without fault, in light and in dark, and on a narrow screen', async () => {
    const { page, complaints } = await visit(path);
    expect(await faults(page)).toEqual([]);
    await keep(page, `${name}-12-light`);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await faults(page, ['color-contrast', 'link-in-text-block'])).toEqual([]);
    await keep(page, `${name}-12-dark`);
    for (const width of [768, 360, 320]) {
      await page.setViewportSize({ width, height: 740 });
      expect(await sidewaysScroll(page), `${width}`).toBe(0);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    await keep(page, `${name}-12-narrow`);
    expect(complaints).toEqual([]);
  });

  it('bears 400 nodes', async () => {
    const { page, complaints } = await visit(path.replace('n05', 'n005'), { nodes: 400 });
    await keep(page, `${name}-400`);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await sidewaysScroll(page)).toBe(0);
    expect(complaints).toEqual([]);
  });
});

it('the login is without fault, and fits a narrow screen', async () => {
  const { page, url, complaints } = await visit('/plans');
  await page.goto(`${url}/login`);
  expect(await page.locator('[name=token]').count()).toBe(1);
  expect(await faults(page)).toEqual([]);
  await keep(page, 'login');
  await page.setViewportSize({ width: 320, height: 740 });
  expect(await sidewaysScroll(page)).toBe(0);
  expect(complaints).toEqual([]);
});

describe('live', () => {
  it('the log brings what is new, of what it is asked for only', async () => {
    const { page, journal } = await visit('/log?severity=warning');
    const before = await page.locator('#lines li').count();
    await journal.append([
      anEvent('sip-n01', 'Resumed', {}, { message: 'resumed by thandi' }),
      anEvent('sip-n01', 'Stuck', { why: 'w' }, { message: 'stuck: w' }),
    ]);
    await page.waitForSelector('#lines li:first-child:has-text("stuck: w")');
    expect(await page.locator('#lines li').count()).toBe(before + 1);
  });

  it('the plan follows, and keeps what someone has begun to write and to read', async () => {
    const { page, rack, journal, complaints } = await visit('/plans', { who: THANDI });
    await page.fill('#approve [name=why]', 'read it');
    rack.nodes = rack.nodes.map((node) => ({ ...node, actions: [] }));
    rack.status = { halted: ['pool sip has halted'] };
    await journal.append([anEvent('sip-n05', 'Resumed', {})]);
    await page.waitForSelector('#plan-empty');
    expect(await page.inputValue('#approve [name=why]')).toBe('read it');
    await page.waitForSelector('#nav .alarm:has-text("!")');
    expect(complaints).toEqual([]);
  });

  it('a commit that is refused is there without a reload', async () => {
    const { page, journal } = await visit('/commits');
    await page.click('#nav a:has-text("Commits")');
    await page.waitForSelector('[data-live="live"]');
    const commit = aCommit('badbadb', { subject: 'Mistake' });
    await journal.append([
      anEvent(null, 'CommitRejected', { commit, problems: [], total: 1 }, { commit: commit.id }),
    ]);
    await page.waitForSelector('#commits li:first-child.is-refused:has-text("Mistake")');
  });
});

describe('by keyboard alone', () => {
  it('the first stops skip to the parts of the page, then come the pages, and the focus can be seen', async () => {
    const { page } = await visit('/plans');
    const stops: string[] = [];
    for (let n = 0; n < 10; n++) {
      await page.keyboard.press('Tab');
      stops.push(await page.evaluate(FOCUS));
    }
    expect(stops.slice(0, 2)).toEqual(['Skip to the content', 'Skip to the pull request']);
    expect(stops.slice(2).map((stop) => stop.split(/[\s,]+/)[0])).toEqual([
      'barewright',
      'Rack',
      'Plans',
      'Commits',
      'Images',
      'Log',
      'Report',
      'Status',
    ]);
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/status');
  });

  it('a skip link is seen while it has the focus, and leads on', async () => {
    const { page } = await visit('/plans');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.getBoundingClientRect().top')).toBeGreaterThanOrEqual(
      0,
    );
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
  });

  it('a node is paused, and the page says so', async () => {
    const { page, url, calls, plane } = await visit('/nodes/sip-n01', { who: THANDI });
    await page.route('**/actions/**', async (route) => {
      const { statusCode, headers } = await plane.inject({
        ...{
          method: 'POST',
          url: route.request().url().slice(url.length),
          payload: route.request().postData() ?? '',
        },
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-www-form-urlencoded' },
      });
      await route.fulfill({ status: statusCode, headers: { location: `${headers['location']}` } });
    });
    await page.focus('form[action$="/pause"] [name=why]');
    await page.keyboard.type('fan replaced');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#done:has-text("Paused")');
    expect(calls[0]?.slice(0, 4)).toEqual(['pause', 'sip-n01', 'someone', 'fan replaced']);
  });
});

describe('the search for faults', () => {
  it('finds a text that is too faint, and a field without a name', async () => {
    const { page } = await visit('/log');
    await page.evaluate('document.querySelector("h1").style.color = "#ccc"');
    await page.evaluate(
      'document.querySelector("[name=q]").parentElement.replaceWith(document.createElement("input"))',
    );
    expect((await faults(page)).map((fault) => fault.split(':')[0])).toEqual(['color-contrast', 'label']);
  });
});
