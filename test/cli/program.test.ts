import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { EXIT_TABLE } from '../../src/cli/exit-codes.ts';
import { VERBS } from '../../src/cli/verbs.ts';
import { aFolder, aRepository, ENV } from '../git/a-repository.ts';
import { cli, type Ran } from './a-context.ts';
import { spawnCli } from './spawn-cli.ts';

const ESCAPE = '\u001b';

/** The same command line in this process, which is faster than the real program. */
function inside(argv: readonly string[], cwd: string): Promise<Ran> {
  return cli(argv, { cwd, env: ENV });
}

/** A new site, committed. */
async function aSiteRepository() {
  const dir = join(aFolder(), 'karoo');
  expect(await inside(['init', dir], dir)).toMatchObject({ code: 0, stderr: '' });
  const repository = aRepository(dir);
  repository.commit({}, 'The first machines');
  return repository;
}

describe('barewright', () => {
  it('says its version without loading much', async () => {
    expect(await spawnCli(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it('lists every verb and every exit code', async () => {
    const { code, stdout } = await spawnCli(['--help']);
    expect(code).toBe(0);
    for (const { name, summary } of VERBS) expect(stdout).toContain(`  ${name.padEnd(16)}${summary}\n`);
    for (const [exit, meaning] of EXIT_TABLE)
      expect(stdout).toContain(`  ${String(exit).padEnd(5)}${meaning}\n`);
  });

  it.each(VERBS.map(({ name }) => name))('%s --help has an example', async (name) => {
    const { code, stdout, stderr } = await spawnCli([name, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: barewright ${name} `));
    expect(stdout).toMatch(new RegExp(`\nExamples?:\n(  \\$ barewright ${name}.*\n)+$`));
    expect(stdout).not.toContain(ESCAPE);
  });

  it('guesses the verb that was meant', async () => {
    expect(await cli(['pln'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'barewright: there is no verb pln\n  did you mean: barewright plan\n',
    });
    expect((await cli(['frobnicate'])).stderr).toContain('see: barewright --help');
  });

  it('answers wrong usage with exit code 2 and the way to the help', async () => {
    expect(await cli(['plan', '--form', 'x'])).toMatchObject({
      code: 2,
      stderr: "barewright: unknown option '--form'\n(Did you mean --from?)\n  see: barewright plan --help\n",
    });
    expect(await cli(['pause', 'n1'])).toMatchObject({ code: 2 });
    expect(await cli(['status', 'surplus'])).toMatchObject({ code: 2 });
    expect(await cli([])).toMatchObject({ code: 2 });
    expect(await cli(['help', 'plan'])).toMatchObject({ code: 0 });
  });
});

describe('init and validate', () => {
  it('make a site that is valid as it is', async () => {
    const { dir } = await aSiteRepository();
    const valid = 'site karoo is valid: 1 node, 1 pool, 1 profile, 1 stack\n';
    expect(await spawnCli(['validate'], join(dir, 'inventory'))).toEqual({
      code: 0,
      stdout: valid,
      stderr: '',
    });
    expect(await inside(['validate', '--repo', dir, '--ref', 'HEAD'], dir)).toMatchObject({ stdout: valid });
    expect(await spawnCli(['init', dir])).toMatchObject({ code: 1 });
    const fresh = await spawnCli(['init', 'My Site'], aFolder());
    expect(fresh).toMatchObject({ code: 0, stderr: '' });
    expect(fresh.stdout).toContain('  cd My Site\n');
  });

  it('promise 4: every mistake is shown, with its place and what to do, and exit code 3', async () => {
    const { dir, write } = await aSiteRepository();
    write(
      'inventory/pools.yaml',
      'apiVersion: barewright.dev/v1\nkind: Pool\nmetadata: { name: general }\nspec: { polcy: 1 }\n',
    );
    write('inventory/nodes/more.yaml', 'kind: Nod\n');
    const { code, stdout, stderr } = await spawnCli(['validate', dir]);
    expect(code).toBe(3);
    expect(stdout).toContain('inventory/nodes/more.yaml:');
    expect(stdout).toContain('inventory/pools.yaml:4:9  error  spec has no field "polcy"\n');
    expect(stdout).toContain('    Did you mean `policy`?\n');
    expect(stdout).not.toContain(ESCAPE);
    expect(stderr).toMatch(/^\d errors in 2 files\n$/);
    const json = await inside(['validate', dir, '-o', 'json'], dir);
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: false, site: null });
    const github = await inside(['validate', dir, '--format', 'github'], dir);
    expect(github).toMatchObject({ code: 3, stderr: '' });
    expect(github.stdout).toContain('::error file=inventory/pools.yaml,line=4,col=9,title=barewright%3A ');
    // What lies there is not what is committed.
    expect(await inside(['validate', '--repo', dir, '--ref', 'HEAD'], dir)).toMatchObject({ code: 0 });
  });
});

describe('set, install and plan', () => {
  it('set keeps comments, shows diff and plan, and commits', async () => {
    const { dir, git } = await aSiteRepository();
    const before = git('show', 'HEAD:inventory/nodes/general.yaml');
    const { code, stdout } = await spawnCli(['set', 'n01', 'labels.rack=r2', '-m', 'Move n01'], dir);
    const [id, subject] = [git('rev-parse', '--short=10', 'HEAD'), git('log', '-1', '--format=%s')];
    expect({ code, subject }).toEqual({ code: 0, subject: 'Move n01' });
    const from = git('rev-parse', '--short=10', 'HEAD~1');
    expect(stdout).toMatch(
      new RegExp(
        `^--- a/inventory/nodes/general.yaml
\\+\\+\\+ b/inventory/nodes/general.yaml
@@ -3,7 \\+3,7 @@
(?: .*\n)+-metadata: \\{ name: n01, labels: \\{ rack: r1 \\} \\}
\\+metadata: \\{ name: n01, labels: \\{ rack: r2 \\} \\}
(?: .*\n)+
Nothing to do at commit new \\(digest [0-9a-f]{12}, every node assumed settled at ${from}\\)
committed ${id} on main: Move n01
$`,
      ),
    );
    expect(git('show', 'HEAD:inventory/nodes/general.yaml')).toBe(before.replace('rack: r1', 'rack: r2'));
    expect(await inside(['set', 'n01', 'labels.rack=r2'], dir)).toMatchObject({
      code: 0,
      stdout: 'Git says that already; nothing to commit\n',
    });
  });

  it('set --dry-run and an invalid result change nothing', async () => {
    const { dir, git } = await aSiteRepository();
    const head = git('rev-parse', 'HEAD');
    expect(await inside(['set', 'n01', 'labels.rack=r9', '--dry-run'], dir)).toMatchObject({ code: 0 });
    const bad = await spawnCli(['set', 'n01', 'powr=off'], dir);
    expect(bad.code).toBe(3);
    expect(bad.stdout).toContain('error  spec has no field "powr"');
    expect(bad.stderr).toBe('refused, the result would not be valid: 1 error in 1 file\n');
    const unknown = await inside(['set', 'n1', 'power=off'], dir);
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.stderr).toContain('did you mean: n01');
    expect([git('rev-parse', 'HEAD'), git('status', '--porcelain')]).toEqual([head, '']);
  });

  it('set leaves uncommitted work alone', async () => {
    const { dir, git, write } = await aSiteRepository();
    write(
      'inventory/nodes/general.yaml',
      `${git('show', 'HEAD:inventory/nodes/general.yaml')}\n# half done\n`,
    );
    const { code, stderr } = await inside(['set', 'n01', 'labels.rack=r2'], dir);
    expect(code).toBe(1);
    expect(stderr).toContain('has uncommitted changes');
  });

  it('install raises the generation by a commit, which plan then tells of', async () => {
    const { dir, git } = await aSiteRepository();
    await inside(['set', 'n01', 'bmc={ url: ipmi://10.10.1.11 }', 'power=on'], dir);
    const dry = await spawnCli(['install', 'n01', '--dry-run'], dir);
    expect(dry.stdout).toContain('\n+  install: { generation: 2 }\n');
    const done = await inside(['install', 'n01'], dir);
    expect(done).toMatchObject({ code: 0 });
    expect(done.stdout).toContain('1 reinstall (DATA LOSS)\nLoses all data: n01\n');
    const [to, from] = [git('rev-parse', '--short=10', 'HEAD'), git('rev-parse', '--short=10', 'HEAD~1')];
    const plan = await spawnCli(['plan', '--from', 'HEAD~1', '--to', 'main', '--diff-exit-code'], dir);
    expect(plan.code).toBe(2);
    expect(plan.stdout).toMatch(
      new RegExp(`^1 reinstall \\(DATA LOSS\\)
Loses all data: n01

Reinstall \\(destroys the disk\\)
  n01  generation 1 → 2
      inventory/nodes/general.yaml:\\d+  ${to}  Ada

digest [0-9a-f]{12}  commit ${to} by Ada: Reinstall n01  \\(every node assumed settled at ${from}\\)
$`),
    );
    const same = await inside(['plan', '--from', 'HEAD', '--diff-exit-code'], dir);
    expect(same).toMatchObject({ code: 0 });
    expect(same.stdout).toMatch(/^Nothing to do at commit /);
    const json = await inside(['plan', '--from', 'HEAD~1', '--format', 'json'], dir);
    expect(JSON.parse(json.stdout)).toMatchObject({ totals: { 'DESTROYS DISK': 1 } });
    expect(await inside(['install', 'n01'], dir)).toMatchObject({ code: 0 });
    expect(git('show', 'HEAD:inventory/nodes/general.yaml')).toContain('install: { generation: 3 }');
  });

  it('plan has no plan for a bad commit, and says all that is wrong', async () => {
    const { dir, commit } = await aSiteRepository();
    commit({ 'inventory/nodes/bad.yaml': 'kind: Nod\n' });
    const { code, stdout, stderr } = await spawnCli(['plan', '--from', 'HEAD~1'], dir);
    expect(code).toBe(3);
    expect(stdout).toContain('inventory/nodes/bad.yaml:');
    expect(stderr).toMatch(/^commit [0-9a-f]{10} has no plan: /);
    const unknown = await inside(['plan', '--from', 'no-such-branch'], dir);
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.stderr).toContain('there is no commit no-such-branch here');
  });

  it('asks before a commit destroys data, when someone is there to ask', async () => {
    const { dir, git } = await aSiteRepository();
    await inside(['set', 'n01', 'bmc={ url: ipmi://10.10.1.11 }', 'power=on'], dir);
    const head = git('rev-parse', 'HEAD');
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      return 'no';
    };
    expect(await cli(['install', 'n01', '--repo', dir], { ask, env: ENV })).toMatchObject({
      code: 3,
      stderr: 'nothing was changed\n',
    });
    expect(asked).toEqual(['This commit destroys the data of 1 node. Commit it? Type yes: ']);
    expect(git('rev-parse', 'HEAD')).toBe(head);
  });
});
