import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/cli/context.ts';
import { aPlan } from '../builders/plan.ts';
import { aStatus } from '../builders/view.ts';
import { ENV, type Repository } from '../git/a-repository.ts';
import { cli } from './a-context.ts';
import { aSiteRepository, nodeFiles } from './a-site.ts';
import { anApi, type Call, refusal } from './api-server.ts';

function run(site: Repository, argv: readonly string[], change: Partial<Context> = {}) {
  return cli(argv, { cwd: site.dir, env: { ...ENV, USER: 'ada' }, ...change });
}

const image = (tag: string) => ({
  'images/app/Dockerfile': `FROM scratch\nLABEL version=${tag}\n`,
});

/** Three nodes; then two of them reinstalled, one switched off, and a file beside the site changed. */
async function aHistory() {
  const site = await aSiteRepository();
  const first = site.commit({ ...nodeFiles([2, 3, 4]), ...image('1') }, 'Three nodes');
  const second = site.commit(
    {
      ...nodeFiles([2, 3], ['install: { generation: 2 }']),
      ...nodeFiles([4], ['power: off']),
      ...image('2'),
    },
    'Reinstall two, switch one off',
  );
  return { site, first, second, from: second.slice(0, 10) };
}

describe('rollback', () => {
  it('commits the site of an earlier commit on top, and nothing else', async () => {
    const { site, first, second } = await aHistory();
    const { code, stdout } = await run(site, ['rollback', 'HEAD~1']);
    expect(code).toBe(0);
    expect(site.git('rev-parse', 'HEAD~1')).toBe(second);
    expect(site.git('rev-parse', 'HEAD:inventory')).toBe(site.git('rev-parse', `${first}:inventory`));
    expect(site.git('show', 'HEAD:images/app/Dockerfile')).toContain('version=2');
    expect(site.git('log', '-1', '--format=%B')).toBe(
      `Go back to ${first.slice(0, 10)}: Three nodes\n\nAll of inventory/ and profiles/ is as it was at ${first}.`,
    );
    expect(site.git('status', '--porcelain')).toBe('');
    expect(stdout).toMatch(/\ncommitted [0-9a-f]{10} on main: Go back to [0-9a-f]{10}: Three nodes\n$/);
    expect(await run(site, ['rollback', first])).toMatchObject({
      code: 0,
      stdout: 'Git says that already; nothing to commit\n',
    });
  });

  it('promise 2: says before it is made what it does, and which machines it does not bring back', async () => {
    const { site, first, second, from } = await aHistory();
    const { code, stdout } = await run(site, ['rollback', first, '--dry-run']);
    expect(code).toBe(0);
    expect(site.git('rev-parse', 'HEAD')).toBe(second);
    expect(stdout.replaceAll(/[0-9a-f]{10,12}/g, 'ID')).toBe(
      `\
Back to ID by Ada: Three nodes (3 files below inventory/ and profiles/)

1 power on, 2 outdated

Power
  n04  power off → on
      inventory/site.yaml:17  ID  ada

Nothing is done to these
  n02, n03 (2)  carries base generation 2, Git says base generation 1; raise the generation to reinstall
      inventory/nodes/n02.yaml:3 and 1 more place

digest ID  commit ID by ada: Go back to ID: Three nodes  (every node assumed settled at ID)

Not brought back by this commit
  n02, n03 (2)  generation 2 → 1 reinstalls nothing: what was installed as generation 2 stays
      to have it as it was then, afterwards: barewright set NODE install.generation=3
`,
    );
    expect(stdout).toContain(`every node assumed settled at ${from}`);
  });

  it('tells data loss by name and asks; the remedy it names really reinstalls', async () => {
    const { site } = await aHistory();
    site.commit({
      'profiles/plain.yaml': site.git('show', 'HEAD:profiles/base.yaml').replace('name: base', 'name: plain'),
    });
    const plain = nodeFiles([2], ['install: { profile: plain, generation: 2 }']);
    site.commit(plain, 'Another profile');
    const head = site.git('rev-parse', 'HEAD');
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      return 'no';
    };
    const no = await run(site, ['rollback', 'HEAD~1'], { ask });
    expect(no).toMatchObject({ code: 3, stderr: 'nothing was changed\n' });
    expect(no.stdout).toContain('Loses all data: n02\n');
    expect(asked).toEqual(['This commit destroys the data of 1 node. Commit it? Type yes: ']);
    expect(site.git('rev-parse', 'HEAD')).toBe(head);

    await run(site, ['rollback', 'HEAD~3', '--yes']);
    const remedy = await run(site, ['set', 'n03', 'install.generation=3', '--dry-run']);
    expect(remedy.stdout).toContain('Loses all data: n03\n');
  });

  it('--branch leaves the branch that is checked out alone', async () => {
    const { site, first, second } = await aHistory();
    const { stdout } = await run(site, ['rollback', first, '--branch', 'back']);
    expect(stdout).toMatch(/committed [0-9a-f]{10} on back: Go back/);
    expect(site.git('rev-parse', 'HEAD', 'back~1').split('\n')).toEqual([second, second]);
    expect(site.git('rev-parse', 'back:inventory')).toBe(site.git('rev-parse', `${first}:inventory`));
    expect(await run(site, ['rollback', first, '--branch', 'back'])).toMatchObject({ code: 1 });
  });

  it('promise 4: refuses to go back to what is no valid site, and mends one that is none', async () => {
    const { site, second } = await aHistory();
    const bad = site.commit({ 'inventory/nodes/bad.yaml': 'kind: Nod\n' });
    expect((await run(site, ['rollback', second])).code).toBe(0);
    const { code, stderr, stdout } = await run(site, ['rollback', bad]);
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^refused, the result would not be valid: \d errors? in 1 file\n$/),
    });
    expect(stdout).toContain('inventory/nodes/bad.yaml:');
  });

  it('is planned by a daemon that runs, against what it observes', async () => {
    const { site, first, second } = await aHistory();
    const asked: string[] = [];
    const api = await anApi({
      'GET /status': aStatus([], { inForce: { ...aPlan([]).commit, id: second } }),
      'GET /plan': ({ url }: Call) => {
        asked.push(url);
        return url.endsWith(first) ? aPlan([]) : refusal('not-found', 'there is no such commit');
      },
    });
    const env = { ...ENV, BAREWRIGHT_DATA: api.dataDir };
    const { stdout } = await run(site, ['rollback', first, '--dry-run'], { env });
    // It follows another clone: the commit that the files come from stands for the one that nobody has yet.
    expect(asked).toHaveLength(2);
    expect(stdout).toContain('Nothing to do at commit 1a2b3c4d5e (digest 0123456789ab, observed ');
    expect(api.changes()).toEqual([]);
  });

  it('is planned without one that has another site', async () => {
    const { site, first } = await aHistory();
    const api = await anApi({ 'GET /status': aStatus([], { inForce: aPlan([]).commit }) });
    const env = { ...ENV, BAREWRIGHT_DATA: api.dataDir };
    const { stdout, stderr } = await run(site, ['rollback', first, '--dry-run'], { env });
    expect(stderr).toMatch(/^the daemon of .* has another site; planned without it\n$/);
    expect(stdout).toContain('every node assumed settled');
    const offline = await run(site, ['rollback', first, '--dry-run', '--offline'], { env });
    expect(offline.stderr).toBe('');
  });
});

describe('diff', () => {
  it('says in terms of machines what differs between two commits', async () => {
    const { site, first, second } = await aHistory();
    const { code, stdout } = await run(site, ['diff', 'HEAD~1']);
    expect(code).toBe(0);
    expect(stdout).toBe(`\
3 nodes changed from ${first.slice(0, 10)} to ${second.slice(0, 10)}

Reinstalls (destroys the disk)
  n02, n03 (2)  generation 1 → 2
      inventory/nodes/n02.yaml:7 and 1 more place  ${second.slice(0, 10)}  Ada

Power
  n04  power on → off
      inventory/nodes/n04.yaml:7  ${second.slice(0, 10)}  Ada
`);
    const json = await run(site, ['diff', second, first, '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ...{ from: second, to: first },
      changes: [{ name: 'n02', kind: 'generation', effect: 'none' }, {}, { name: 'n04', effect: 'power' }],
    });
    expect(await run(site, ['diff', 'HEAD', 'HEAD'])).toMatchObject({
      stdout: expect.stringMatching(/^The same site /),
    });
  });

  it('has nothing to compare where a commit is no valid site', async () => {
    const { site } = await aHistory();
    site.commit({ 'inventory/nodes/bad.yaml': 'kind: Nod\n' });
    const { code, stderr } = await run(site, ['diff', 'HEAD~1']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^commit [0-9a-f]{10} has no valid site: /);
  });
});
