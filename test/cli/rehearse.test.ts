import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/cli/context.ts';
import { ENV, type Repository } from '../git/a-repository.ts';
import { cli } from './a-context.ts';
import { aSiteRepository, nodeFiles } from './a-site.ts';

function rehearse(site: Repository, argv: string[] = [], change: Partial<Context> = {}) {
  return cli(['rehearse', ...argv], { cwd: site.dir, env: { ...process.env, ...ENV }, ...change });
}

/** Four nodes with BMCs that nobody can reach: 10.10.1.0/24. */
async function aSite(): Promise<Repository> {
  const site = await aSiteRepository();
  site.git('rm', '--quiet', 'inventory/nodes/general.yaml');
  const pool = site
    .git('show', 'HEAD:inventory/pools.yaml')
    .replace('unavailablePerPool: 1', 'unavailablePerPool: 3');
  site.commit({ ...nodeFiles([1, 2, 3, 4]), 'inventory/pools.yaml': `${pool}\n` }, 'Four nodes');
  return site;
}

describe('rehearse', () => {
  it('carries a commit out on simulated machines, and tells what became of each', async () => {
    const site = await aSite();
    site.git('rm', '--quiet', 'inventory/nodes/n04.yaml');
    const head = site.commit({
      ...nodeFiles([1], ['install: { generation: 2 }']),
      ...nodeFiles([2], ['power: off']),
      ...nodeFiles([5]),
    });
    const { code, stdout, stderr } = await rehearse(site);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^1 reinstall \(DATA LOSS\), 1 power off, 1 let go, 1 new\nLoses all data: n01\n/);
    expect(stdout).toMatch(/\n\+\S+ +n01: attempt 1 of 3: install base, generation 2 .*\n/);
    expect(stdout.slice(stdout.lastIndexOf('\n\n1 installed'))).toMatch(
      /^\n\n1 installed, 1 switched, 1 as before, 1 let go, 1 held, as planned, after \S+\n {2}installed {2}n01, in \d+m\n {2}switched off {2}n02\n {2}as before {2}n03\n {2}let go {2}n04\n {2}held, as planned {2}n05\n {6}what its disk carries is not known, so it is not wiped. Let it report, or run: barewright approve NODE\n\n5 simulated machines, each installation counted as 5m \(no real one is known; --install-time\)\nNot played: DHCP, [^\n]*,\nsignatures of commits. Stacks always succeed there.\n$/,
    );
    // Nothing is left of it in the repository, and nothing was written there.
    expect([site.git('rev-parse', 'HEAD'), site.git('status', '--porcelain')]).toEqual([head, '']);
  });

  it('ends with 1 where a node does not get there, and says why', async () => {
    const site = await aSite();
    site.commit(nodeFiles([1, 2], ['install: { generation: 2 }']));
    const argv = ['--faults', 'n02=installer-fails', '--install-time', '10m', '-o', 'json'];
    const { code, stdout } = await rehearse(site, argv);
    const { outcomes, ended } = JSON.parse(stdout);
    expect({ code, ended }).toEqual({ code: 1, ended: true });
    expect(outcomes).toMatchObject([
      { node: 'n01', kind: 'installed', attempts: 1 },
      {
        node: 'n02',
        kind: 'stuck',
        attempts: 3,
        text: expect.stringMatching(/^3 attempts failed; .*no space left/),
      },
      { node: 'n03', kind: 'unchanged' },
      { node: 'n04', kind: 'unchanged' },
    ]);
    // Ten minutes of installing, and the starts before and after it.
    expect(outcomes[0].took).toBeGreaterThan(9 * 60_000);
    expect(outcomes[0].took).toBeLessThan(30 * 60_000);
  });

  it('what waits for an approval is held, or approved for the rehearsal', async () => {
    const site = await aSite();
    const text = site.git('show', 'HEAD:inventory/site.yaml');
    site.commit({ 'inventory/site.yaml': `${text}\n  policy: { reinstallsPerCommit: 1 }\n` });
    site.commit(nodeFiles([1, 2], ['install: { generation: 2 }']));
    const held = await rehearse(site, ['-o', 'json']);
    expect([held.code, kindsOf(held.stdout)]).toEqual([0, ['held', 'held', 'unchanged', 'unchanged']]);
    const approved = await rehearse(site, ['--approve', '-o', 'json']);
    const kinds = ['installed', 'installed', 'unchanged', 'unchanged'];
    expect([approved.code, kindsOf(approved.stdout)]).toEqual([0, kinds]);
  });

  it('plays the windows of the hour that it is told, in the plan and on the machines', async () => {
    const site = await aSite();
    const text = site.git('show', 'HEAD:inventory/site.yaml');
    const windows = '[{ name: nights, schedule: "0 22 * * *", duration: 8h, allow: [install] }]';
    site.commit({ 'inventory/site.yaml': `${text}\n  policy: { windows: ${windows} }\n` });
    site.commit(nodeFiles([1], ['install: { generation: 2 }']));
    const day = await rehearse(site, ['--at', '2030-06-01T12:00Z']);
    expect(day.code).toBe(0);
    expect(day.stdout).toContain('outside its windows: "nights" opens 2030-06-01');
    expect(day.stdout).toContain('1 held, as planned');
    const night = await rehearse(site, ['--at', '2030-06-01T23:30Z']);
    expect(night.stdout).toMatch(/^1 reinstall/);
    expect(night.stdout).toContain('1 installed');
    expect(night.stdout).toMatch(
      /\nWindows were those of 2030-06-0\d \d\d:30 \S+ all the while; for another hour: --at TIME.\n$/,
    );
    const soon = await rehearse(site, ['--at', '12:00Z', '-o', 'json'], {
      now: () => Date.UTC(2030, 5, 1, 13),
    });
    expect(JSON.parse(soon.stdout).at).toBe(Date.UTC(2030, 5, 2, 12));
    const wrong = await rehearse(site, ['--at', 'tonight']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('2026-06-01T12:00')]);
  });

  it('ends at once when it is told to', async () => {
    const site = await aSite();
    site.commit(nodeFiles([1], ['install: { generation: 2 }']));
    const stop = new AbortController();
    const told: string[] = [];
    const stdout = {
      write(text: string) {
        told.push(text);
        if (text.includes('attempt 1 of 3')) stop.abort('SIGINT');
      },
    };
    expect((await rehearse(site, [], { signal: stop.signal, stdout })).code).toBe(130);
    expect(told.join('')).not.toContain('installed, ');
  });

  it('refuses what it cannot play', async () => {
    const site = await aSite();
    const unknown = await rehearse(site, ['--faults', 'n2=bmc-silent']);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean: n02') });
    expect(await rehearse(site, ['--faults', 'n02=bmc-slient'])).toMatchObject({ code: 2 });
    site.commit({ 'inventory/nodes/bad.yaml': 'kind: Nod\n' });
    const bad = await rehearse(site);
    expect(bad).toMatchObject({ code: 3, stderr: expect.stringContaining('has no valid site') });
  });
});

function kindsOf(json: string): string[] {
  return JSON.parse(json).outcomes.map(({ kind }: { kind: string }) => kind);
}
