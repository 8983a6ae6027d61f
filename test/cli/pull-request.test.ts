import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { branchFor, newPullRequestPage } from '../../src/cli/pull-request.ts';
import { aFolder, aRepository, ENV, type Repository } from '../git/a-repository.ts';
import { type ForgeServer, startForgeServer } from '../review/a-forge-server.ts';
import { giteaApi } from '../review/gitea-api.ts';
import { cli } from './a-context.ts';
import { aSiteRepository, nodeFiles } from './a-site.ts';

const TOKEN = 'tok-of-thandi';

function run(site: Repository, argv: string[], more: Record<string, string> = {}) {
  return cli(argv, { cwd: site.dir, env: { ...ENV, USER: 'ada', ...more } });
}

/** A site of three nodes whose `origin` is a bare repository, and that names a forge where there is one. */
async function aSharedSite(server?: ForgeServer) {
  const site = await aSiteRepository();
  site.commit(nodeFiles([2, 3]), 'Two nodes');
  if (server) {
    const forge = `kind: gitea, url: ${server.url}, repository: karoo/site, token: { env: T }`;
    expect(await run(site, ['set', 'Site/karoo', `review={ forge: { ${forge} } }`])).toMatchObject({
      code: 0,
    });
  }
  const origin = aRepository(join(aFolder(), 'origin.git'));
  origin.git('config', 'core.bare', 'true');
  site.git('remote', 'add', 'origin', origin.dir);
  site.git('push', '--quiet', 'origin', 'main');
  return { site, origin };
}

async function aForge(): Promise<ForgeServer> {
  const server = await startForgeServer(giteaApi);
  onTestFinished(server.close);
  server.store.accounts.set(TOKEN, 'thandi');
  return server;
}

describe('--pr', () => {
  it('commits to a new branch, pushes it, and opens a pull request with the plan', async () => {
    const server = await aForge();
    const { site, origin } = await aSharedSite(server);
    const head = site.git('rev-parse', 'HEAD');
    const argv = ['install', 'n02', '-m', 'Reinstall n02\n\nIts disk was replaced.', '--pr'];
    const { code, stdout, stderr } = await run(site, argv, { BAREWRIGHT_FORGE_TOKEN: TOKEN });
    const branch = `barewright/reinstall-n02-${head.slice(0, 7)}`;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(
        `\\ncommitted [0-9a-f]{10} on ${branch}: Reinstall n02\\npushed .*\\nopened ${server.url}/karoo/site/pulls/\\d+\\n$`,
      ),
    );
    expect([site.git('rev-parse', 'HEAD'), site.git('status', '--porcelain')]).toEqual([head, '']);
    expect(origin.git('rev-parse', `${branch}~1`)).toBe(head);
    const made = server.seen.find(({ method, path }) => method === 'POST' && path.endsWith('/pulls'));
    expect(made?.body).toMatchObject({ head: branch, base: 'main', title: 'Reinstall n02' });
    const body = String(made?.body['body']);
    expect(body).toMatch(/^Its disk was replaced\.\n\n### 1 reinstall \(DATA LOSS\)\n/);
    expect(body).toContain('**Loses all data:** n02');
    expect(JSON.stringify([stdout, body])).not.toContain(TOKEN);
  });

  it('of a roll-back says what it does not bring back', async () => {
    const server = await aForge();
    const { site } = await aSharedSite(server);
    await run(site, ['set', 'n02', 'install.generation=2']);
    const file = join(aFolder(), 'token');
    writeFileSync(file, `${TOKEN}\n`);
    const argv = ['rollback', 'HEAD~1', '--pr', '--branch', 'back', '--token-file', file];
    expect(await run(site, argv)).toMatchObject({ code: 0 });
    const made = server.seen.find(({ method, path }) => method === 'POST' && path.endsWith('/pulls'));
    expect(made?.body['body']).toContain('```text\nNot brought back by this commit\n  n02  generation 2 → 1');
  });

  it('says what it brings beside: commits that nobody has pushed', async () => {
    const server = await aForge();
    const { site } = await aSharedSite(server);
    site.commit(nodeFiles([3], ['install: { generation: 2 }']), 'Not pushed');
    const argv = ['set', 'n02', 'power=off', '--pr'];
    const { code, stderr } = await run(site, argv, { BAREWRIGHT_FORGE_TOKEN: TOKEN });
    const said = 'the pull request also brings one commit that is not on main there yet';
    expect([code, stderr]).toEqual([0, expect.stringContaining(said)]);
    const made = server.seen.find(({ method, path }) => method === 'POST' && path.endsWith('/pulls'));
    expect(String(made?.body['body'])).toContain(`**Beware:** ${said}`);
  });

  it('without a forge or a token pushes, and names the page where it is opened', async () => {
    const { site, origin } = await aSharedSite();
    const { code, stdout } = await run(site, ['set', 'n02', 'power=off', '--pr', '--branch', 'off']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /the site names no forge \(spec\.review\.forge\); open the pull request by hand\n$/,
    );
    expect(origin.git('rev-parse', 'off')).toBe(site.git('rev-parse', 'off'));
    const server = await aForge();
    const { site: other } = await aSharedSite(server);
    const none = await run(other, ['set', 'n02', 'power=off', '--pr']);
    expect(none.stdout).toContain('no token is in BAREWRIGHT_FORGE_TOKEN; open the pull request ');
    expect(server.seen).toEqual([]);
  });

  it('promise 10: keeps the commit and tells how to go on where the forge refuses; the token is not told', async () => {
    const server = await aForge();
    const { site, origin } = await aSharedSite(server);
    const { code, stderr, stdout } = await run(site, ['set', 'n02', 'power=off', '--pr', '--branch', 'off'], {
      BAREWRIGHT_FORGE_TOKEN: 'tok-wrong',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^the commit stays on the branch off; to drop it: git branch -D off\nbarewright: .*\n {2}The token is wrong/,
    );
    expect(origin.git('rev-parse', 'off')).toBe(site.git('rev-parse', 'off'));
    expect(stdout + stderr).not.toContain('tok-wrong');
  });

  it('commits nothing where there is no remote, or no branch to merge into', async () => {
    const site = await aSiteRepository();
    const argv = ['set', 'n01', 'labels.rack=r2', '--pr'];
    const alone = await run(site, argv);
    expect(alone).toMatchObject({ code: 1, stderr: expect.stringContaining('git remote add origin URL') });
    site.git('remote', 'add', 'origin', '/nonexistent');
    site.git('checkout', '--quiet', '--detach');
    expect(await run(site, argv)).toMatchObject({ code: 1, stderr: expect.stringContaining('detached') });
    expect(site.git('branch', '--list')).not.toContain('barewright/');
  });

  it('says that nobody could be reached, and keeps the branch', async () => {
    const site = await aSiteRepository();
    site.git('remote', 'add', 'origin', join(aFolder(), 'gone.git'));
    const { code, stderr } = await run(site, ['set', 'n01', 'labels.rack=r2', '--pr', '--branch', 'rack']);
    expect(code).toBe(1);
    expect(stderr).toContain('the commit stays on the branch rack');
    expect(stderr).toContain('barewright: there is no Git repository at the remote origin');
  });
});

describe('the page where a pull request is opened', () => {
  const page = (url: string, forge: Parameters<typeof newPullRequestPage>[2] = null) =>
    newPullRequestPage({ url, base: 'main' }, 'barewright/x-1', forge);

  it.each([
    [
      'git@github.com:karoo/site.git',
      null,
      'https://github.com/karoo/site/compare/main...barewright%2Fx-1?expand=1',
    ],
    [
      'ssh://git@gitlab.example.org:2222/karoo/metal/site.git',
      null,
      'https://gitlab.example.org/karoo/metal/site/-/merge_requests/new?merge_request%5Bsource_branch%5D=barewright%2Fx-1&merge_request%5Btarget_branch%5D=main',
    ],
    [
      'https://git.example.org:3000/karoo/site/',
      { kind: 'gitea' as const },
      'https://git.example.org:3000/karoo/site/compare/main...barewright%2Fx-1',
    ],
    ['https://git.example.org/karoo/site', null, null],
    ['/srv/git/site.git', { kind: 'gitea' as const }, null],
    ['file:///srv/git/site.git', { kind: 'github' as const }, null],
  ])('%s', (url, forge, wanted) => {
    expect(page(url, forge)).toBe(wanted);
  });

  it('is of a branch whose name a person can read', () => {
    const base = '1a2b3c4d5e';
    expect(branchFor('Move n02…n04 to pool spare', base)).toBe(
      'barewright/move-n02-n04-to-pool-spare-1a2b3c4',
    );
    expect(branchFor('Größer!', base)).toBe('barewright/gr-er-1a2b3c4');
    expect(branchFor('…', base)).toBe('barewright/change-1a2b3c4');
  });
});
