import { readFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { NodeView } from '../../src/model/api.ts';
import { aControlPlane } from '../builders/control-plane.ts';
import { anEvent, found, NOTHING_PLANNED } from '../builders/event.ts';
import { aCommit, aNode, aState } from '../builders/node.ts';
import { aRack, aView } from '../builders/view.ts';

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** What runs in the browser is given as text: this program has no DOM. */
const FAINT_TEXTS = readFileSync(new URL('contrast.js', import.meta.url), 'utf8');
const FOCUSED = 'document.activeElement.closest("li").id';

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: [...ARGS, ...QUIET] });
});
afterAll(() => browser.close());

interface Look {
  path?: string;
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
  javaScriptEnabled?: boolean;
}

/** A page of a served rack; the test fails on any complaint of the browser. */
async function open(nodes: NodeView[], look: Look = {}) {
  const { path = '/', width = 1280, height = 800, ...rest } = look;
  const made = aControlPlane({ nodes }, { clock: Date.now });
  onTestFinished(() => made.plane.close());
  const url = await made.plane.listen({ host: '127.0.0.1', port: 0 });
  const page = await browser.newPage({ viewport: { width, height }, ...rest });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  onTestFinished(async () => {
    await page.close();
  });
  await page.goto(url + path);
  if (rest.javaScriptEnabled !== false) await page.waitForSelector('[data-live="live"]');
  return { ...made, page, complaints, url };
}

function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

describe('the live page', () => {
  it('brings a node, the totals and the log up to date after an event', async () => {
    const { page, journal, rack, complaints } = await open(aRack(12));
    await page.evaluate('document.querySelector("#n-sip-n01").setAttribute("data-kept", "")');
    expect(await page.locator('#n-sip-n06 .phase').textContent()).toBe('settled');
    rack.nodes = rack.nodes.map((node) =>
      node.name === 'sip-n06' ? aView(aState('sip-n06').stuck('its disk is gone'), aNode('sip-n06')) : node,
    );
    await journal.append([
      anEvent('sip-n06', 'Stuck', { why: 'its disk is gone' }, { message: 'stuck: its disk is gone' }),
    ]);
    await page.waitForSelector('#n-sip-n06.in-stuck');
    expect(await page.locator('#n-sip-n06 .waits').textContent()).toContain('its disk is gone');
    await page.waitForSelector('#chip-phase-stuck:has-text("2 stuck")');
    await page.waitForSelector('#lines li:first-child:has-text("stuck: its disk is gone")');
    await page.waitForSelector('#spoken:has-text("its disk is gone")', { state: 'attached' });
    expect(await page.locator('#n-sip-n01').getAttribute('data-kept')).toBe('');
    expect(complaints).toEqual([]);
  });

  it('takes up and lets go of nodes as commits come', async () => {
    const { page, journal, rack, complaints } = await open(aRack(12));
    rack.nodes = [...rack.nodes.slice(0, 11), aView(aState('hte-n99'), aNode('hte-n99').pool('hte'))];
    await journal.append([
      anEvent(
        null,
        'CommitAccepted',
        { commit: aCommit('new'), previous: null, nodes: 12, plan: NOTHING_PLANNED },
        { actor: 'git' },
      ),
      found('hte-n99'),
    ]);
    await page.waitForSelector('#n-hte-n99');
    expect(await page.locator('#n-hte-n06').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('follows one node on its own page', async () => {
    const { page, journal, rack, complaints } = await open(aRack(12), { path: '/nodes/sip-n06' });
    rack.nodes = rack.nodes.map((node) =>
      node.name === 'sip-n06' ? aView(aState('sip-n06').stuck('its disk is gone'), aNode('sip-n06')) : node,
    );
    await journal.append([anEvent('sip-n06', 'Stuck', { why: 'its disk is gone' }, { message: 'stuck' })]);
    await page.waitForSelector('#headline.in-stuck');
    expect(await page.title()).toBe('sip-n06: stuck');
    expect(await page.locator('#lines li').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('holds the log while it is paused, and folds what is said again', async () => {
    const { page, journal } = await open(aRack(12));
    const say = (message: string) => journal.append([anEvent('sip-n01', 'Resumed', {}, { message })]);
    await say('once');
    await page.waitForSelector('#lines li:has-text("once")');
    await page.click('#pause');
    await say('once');
    await page.waitForSelector('#pause:has-text("Follow (1 new)")');
    expect(await page.locator('#lines .times').first().isVisible()).toBe(false);
    await page.click('#pause');
    expect(await page.locator('#lines li').count()).toBe(1);
    expect(await page.locator('#lines .times').textContent()).toBe('×2');
  });

  it('says since when it shows an old state, and comes back by itself', async () => {
    const { page, plane, journal, rack, url } = await open(aRack(12));
    await plane.close();
    await page.waitForSelector('[data-live="lost"]');
    expect(await page.locator('#live-text').textContent()).toMatch(
      /^connection lost, showing the state of \d\d:\d\d:\d\d$/,
    );
    const again = aControlPlane({ nodes: rack.nodes.slice(1) });
    onTestFinished(() => again.plane.close());
    await again.journal.append([found('hte-n01')]);
    await again.plane.listen({ host: '127.0.0.1', port: Number(new URL(url).port) });
    await page.waitForSelector('[data-live="live"]');
    await page.waitForSelector('#n-sip-n01', { state: 'detached' });
    expect(journal.lastId()).toBe(0);
  });

  it('is filtered by keyboard, and links to what it shows', async () => {
    const { page, complaints } = await open(aRack(12));
    await page.focus('#find');
    await page.keyboard.type('hte docker');
    const shown = page.locator('.cell:visible');
    expect(await shown.count()).toBe(1);
    expect(await page.locator('#shown').textContent()).toBe('1 of 12 shown');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(FOCUSED)).toBe('n-hte-n02');
    await page.reload();
    expect(await shown.count()).toBe(1);
    await page.focus('#find');
    await page.keyboard.press('Escape');
    expect(await shown.count()).toBe(12);
    await page.focus('#n-sip-n01 a');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(FOCUSED)).toBe('n-sip-n05');
    expect(complaints).toEqual([]);
  });

  it('shows the state without JavaScript, and says how to renew it', async () => {
    const { page } = await open(aRack(12), { javaScriptEnabled: false });
    expect(await page.locator('.cell:visible').count()).toBe(12);
    expect(await page.locator('noscript').innerText()).toContain('load it again');
    await page.click('#chip-phase-stuck a');
    expect(await page.locator('.cell:visible').count()).toBe(1);
  });
});

describe('how it looks', () => {
  for (const path of ['/', '/nodes/sip-n04', '/nodes/sip-n05']) {
    it(`${path} has no sideways scroll on a narrow screen`, async () => {
      const { page } = await open(aRack(12), { path, width: 360, height: 740 });
      expect(await sidewaysScroll(page)).toBe(0);
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await sidewaysScroll(page)).toBe(0);
    });

    for (const colorScheme of ['light', 'dark'] as const) {
      it(`${path} can be read in ${colorScheme}`, async () => {
        const { page } = await open(aRack(12), { path, colorScheme });
        expect(await page.evaluate(FAINT_TEXTS)).toEqual([]);
      });
    }
  }

  it('is dark where the reader wants it dark', async () => {
    const { page } = await open(aRack(12), { colorScheme: 'dark' });
    const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(background).toBe('rgb(15, 19, 22)');
  });

  it('keeps 400 nodes on one screen', async () => {
    const { page } = await open(aRack(400, ['sip', 'hte', 'ceph', 'edge']));
    expect(await page.locator('.cell').count()).toBe(400);
    expect(
      await page.evaluate('document.getElementById("rack").getBoundingClientRect().bottom'),
    ).toBeLessThan(800);
    expect(await page.evaluate(FAINT_TEXTS)).toEqual([]);
  });
});
