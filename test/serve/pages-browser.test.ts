import { mkdirSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aPlaneOver } from '../builders/control-plane.ts';
import { someImages } from '../builders/image-views.ts';
import { aToldSite } from '../builders/told-site.ts';
import { aRack } from '../builders/view.ts';

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
const PICTURES = new URL('../artifacts/pages/', import.meta.url).pathname;
const POOLS = ['sip', 'hte', 'ceph', 'edge'];
const PATHS = [
  '/',
  '/nodes/sip-n05',
  '/plans',
  '/commits',
  '/commits/c0ffee5',
  '/images',
  '/log',
  '/report',
  '/status',
];

let browser: Browser;
beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: [...ARGS, ...QUIET] });
});
afterAll(() => browser.close());

/** A site of so many nodes with a month behind it; what the browser complains of, and asks of others, is kept. */
async function visit(path: string, { nodes = 12, width = 1440, height = 900 } = {}) {
  const rack = aRack(nodes, nodes > 100 ? POOLS : undefined);
  const told = await aToldSite(rack, Date.now);
  const plane = aPlaneOver(told.journal, rack);
  plane.rack.images = someImages();
  const url = await plane.app.listen({ host: '127.0.0.1', port: 0 });
  const page = await browser.newPage({ viewport: { width, height } });
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
    await plane.app.close();
  });
  await page.goto(url + path);
  await page.waitForSelector('[data-live="live"]');
  return { ...plane, page, complaints, url };
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
