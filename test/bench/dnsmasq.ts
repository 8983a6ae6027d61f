/** DHCP of a large site: rendered, checked by dnsmasq, put in force by a reload; and a commit that changes none of it. */

import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFiles } from '../../src/dhcp/check.ts';
import { startDnsmasq } from '../../src/dhcp/dnsmasq.ts';
import type { Network, Site } from '../../src/model/desired.ts';
import { dnsmasqFiles } from '../../src/render/dnsmasq/files.ts';
import { aNode, aSite, NO_DNSMASQ } from '../builders/node.ts';
import { type BenchOptions, type Figure, median } from './figure.ts';

/** Of what DHCP stands still for at a reload, and of the whole step, in ms. */
const GOALS = { 1000: 1_000, 10000: 5_000 } as const;

export async function benchDnsmasq({ quick, progress }: BenchOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of quick ? ([1_000] as const) : ([1_000, 10_000] as const)) {
    progress(`${count} hosts`);
    figures.push(...(await measure(count, quick ? 1 : 3)));
  }
  return figures;
}

async function measure(count: 1_000 | 10_000, rounds: number): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'barewright-bench-'));
  chmodSync(directory, 0o755);
  const tftpRoot = join(directory, 'tftp');
  mkdirSync(tftpRoot);
  // An interface that there is not: nothing is answered, everything is read.
  const site = siteOf(count);
  const place = { directory, tftpRoot, bootUrl: 'http://10.0.0.1:8480' };
  const log: string[] = [];
  const dnsmasq = await startDnsmasq({
    ...{ mode: 'managed', directory, gap: 0, clock: Date.now, onEvent() {}, onApplied() {} },
    onProblem(error) {
      throw error;
    },
    onLog: (line) => void log.push(line),
  });
  const [render, check, reload]: [number[], number[], number[]] = [[], [], []];
  try {
    await dnsmasq.apply(dnsmasqFiles(site, place));
    for (let round = 1; round <= rounds; round++) {
      const changed = withName(site, `n1`, `other${round}`);
      const start = performance.now();
      const files = dnsmasqFiles(changed, place);
      const rendered = performance.now();
      await checkFiles(['dnsmasq'], files);
      const checked = performance.now();
      const how = await dnsmasq.apply(files);
      if (how !== 'reloaded') throw new Error(`another name came by ${how}, not by a reload`);
      render.push(rendered - start);
      check.push(checked - rendered);
      reload.push(performance.now() - checked);
      await expectNothing(dnsmasq, dnsmasqFiles(changed, place), log, join(directory, 'hosts'));
    }
  } finally {
    await dnsmasq.close();
    rmSync(directory, { recursive: true, force: true });
  }
  const name = (what: string) => `dnsmasq, ${count.toLocaleString('en')} hosts: ${what}`;
  const whole = render.map((ms, i) => ms + (reload[i] ?? 0));
  return [
    { name: name('rendered'), value: median(render), unit: 'ms' },
    { name: name('checked by dnsmasq'), value: median(check), unit: 'ms' },
    {
      ...{ name: name('rendered, checked, replaced, reloaded'), value: median(whole), unit: 'ms' },
      ...{ goal: GOALS[count], note: 'and a commit that changes none of it: no SIGHUP, no file touched' },
    },
  ];
}

/** Throws when the same files again are any work for dnsmasq. */
async function expectNothing(
  dnsmasq: Awaited<ReturnType<typeof startDnsmasq>>,
  files: ReadonlyMap<string, string>,
  log: readonly string[],
  hosts: string,
): Promise<void> {
  const [lines, { mtimeMs }] = [log.length, statSync(hosts)];
  const how = await dnsmasq.apply(files);
  if (how === 'unchanged' && log.length === lines && statSync(hosts).mtimeMs === mtimeMs) return;
  throw new Error(`the same files again: ${how}`);
}

function siteOf(count: number): Site {
  const network: Network = { name: 'mgmt', cidr: '10.0.0.0/8', role: 'install', dhcp: true };
  return aSite(
    Array.from({ length: count }, (_, i) => aNode(`n${i + 1}`)),
    {
      networks: new Map([['mgmt', network]]),
      services: {
        dnsmasq: { ...NO_DNSMASQ, mode: 'managed', interfaces: ['bw-bench0'], dns: false },
        netboot: null,
      },
    },
  );
}

function withName(site: Site, name: string, other: string): Site {
  const node = site.nodes.get(name);
  if (!node) throw new Error('unreachable');
  return { ...site, nodes: new Map([...site.nodes, [name, { ...node, name: other }]]) };
}
