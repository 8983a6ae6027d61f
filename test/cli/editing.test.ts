import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENV, type Repository } from '../git/a-repository.ts';
import { cli } from './a-context.ts';
import { aSiteRepository, nodeFiles } from './a-site.ts';

function run(site: Repository, ...argv: string[]) {
  return cli(argv, { cwd: site.dir, env: { ...ENV, USER: 'ada' } });
}

async function aSite(): Promise<Repository> {
  const site = await aSiteRepository();
  site.commit(nodeFiles([2, 3, 4]), 'Three nodes');
  return site;
}

const file = (site: Repository, path: string) => readFileSync(join(site.dir, path), 'utf8');
const subject = (site: Repository) => site.git('log', '-1', '--format=%s');

describe('pool', () => {
  it('create puts a document behind the other pools, and move takes nodes there and back', async () => {
    const site = await aSite();
    const before = file(site, 'inventory/pools.yaml');
    const made = await run(site, 'pool', 'create', 'spare', '--description', 'off: "all" of them');
    expect(made).toMatchObject({ code: 0 });
    expect(file(site, 'inventory/pools.yaml')).toBe(`${before}---
apiVersion: barewright.dev/v1
kind: Pool
metadata: { name: spare }
spec:
  description: 'off: "all" of them'
`);
    const moved = await run(site, 'pool', 'move', 'n02', 'n03', '--to', 'spare');
    expect(moved.stdout).toContain('-  pool: general\n+  pool: spare\n');
    expect(subject(site)).toBe('Move n02, n03 to pool spare');
    expect((await run(site, 'pool', 'list')).stdout).toBe(`\
NAME      NODES   PROFILES   WHICH      DESCRIPTION
general   2       base       n01, n04   nodes without a special task
spare     2       base       n02, n03   off: "all" of them
`);
    await run(site, 'pool', 'move', '--from', 'spare', '--to', 'general');
    expect(site.git('diff', '--stat', 'HEAD~2', 'HEAD')).toBe('');
    const json = await run(site, 'pool', 'list', '-o', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject([
      { name: 'general', nodes: ['n01', 'n02', 'n03', 'n04'] },
      {},
    ]);
  });

  it('promise 2: tells that a pool with another profile reinstalls those that move there', async () => {
    const site = await aSite();
    const plain = file(site, 'profiles/base.yaml').replace('name: base', 'name: plain');
    site.commit({ 'profiles/plain.yaml': plain });
    await run(site, 'pool', 'create', 'bare', '--profile', 'plain');
    const moved = await run(site, 'pool', 'move', '-l', 'rack=r2', '--to', 'bare', '--dry-run');
    // The site's own default profile comes after the pool's.
    expect(moved.stdout).toContain('Loses all data: n02…n04\n');
    expect(subject(site)).toBe('Create pool bare');
  });

  it('refuses names that are not there, a pool twice, and what is no name', async () => {
    const site = await aSite();
    const head = site.git('rev-parse', 'HEAD');
    const wrong = await run(site, 'pool', 'move', 'n02', '--to', 'genral');
    expect(wrong.stderr).toBe(
      'barewright: there is no pool genral in the last commit\n  did you mean: general\n',
    );
    expect((await run(site, 'pool', 'move', 'n2', '--to', 'general')).stderr).toContain('did you mean: n02');
    expect(await run(site, 'pool', 'move', 'n02')).toMatchObject({ code: 2 });
    expect(await run(site, 'pool', 'move', '--to', 'general')).toMatchObject({ code: 2 });
    expect(await run(site, 'pool', 'create', 'general')).toMatchObject({
      ...{ code: 3, stdout: '' },
      stderr: expect.stringContaining('there is a pool general already\n  see: barewright pool list'),
    });
    expect(await run(site, 'pool', 'create', 'x }\nkind: Node')).toMatchObject({ code: 3 });
    expect([site.git('rev-parse', 'HEAD'), site.git('status', '--porcelain')]).toEqual([head, '']);
  });
});

describe('pause and resume by a commit', () => {
  it('write the reason and the end, and take them out again, byte for byte', async () => {
    const site = await aSite();
    const before = file(site, 'inventory/nodes/n02.yaml');
    const why = ['--why', 'fan: replaced', '--for', '2h'];
    const paused = await run(site, 'pause', 'n02', 'n03', ...why, '--commit');
    expect(paused).toMatchObject({ code: 0 });
    expect(paused.stdout).toContain('+  paused: { reason: "fan: replaced", until: 2026-06-01T14:02:00Z }\n');
    expect(subject(site)).toBe('Pause n02, n03: fan: replaced');
    expect(await run(site, 'resume', 'n02', '--commit')).toMatchObject({ code: 0 });
    expect(file(site, 'inventory/nodes/n02.yaml')).toBe(before);
    expect(await run(site, 'resume', 'n02', '--commit')).toMatchObject({
      code: 3,
      stderr: 'barewright: n02 is not paused in Git\n  by a person it may be: barewright resume n02\n',
    });
  });

  it('say that a message needs a commit', async () => {
    const site = await aSite();
    const asked = await run(site, 'pause', 'n02', '--why', 'fan', '-m', 'Fan');
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('goes with --commit only') });
  });
});

describe('selected nodes', () => {
  it('are set and installed together, to a branch too', async () => {
    const site = await aSite();
    const set = await run(site, 'set', '-l', 'rack=r2', 'power=off', '--branch', 'off');
    expect(set.stdout).toMatch(/committed [0-9a-f]{10} on off: Set power=off of n02…n04\n$/);
    expect(subject(site)).toBe('Three nodes');
    expect(site.git('diff', '--name-only', 'main', 'off').split('\n')).toHaveLength(3);
    const install = await run(site, 'install', '--pool', 'general', '-l', 'rack=r2', '--dry-run');
    expect(install.stdout).toContain('Loses all data: n02…n04\n');
    expect(await run(site, 'install', '-l', 'rack=r9')).toMatchObject({ code: 1 });
    expect(await run(site, 'install')).toMatchObject({ code: 2 });
    expect(await run(site, 'set', 'n02')).toMatchObject({ code: 2 });
  });
});
