import { describe, expect, it, onTestFinished } from 'vitest';
import { ENV, type Repository } from '../git/a-repository.ts';
import { type ForgeServer, startForgeServer } from '../review/a-forge-server.ts';
import { giteaApi } from '../review/gitea-api.ts';
import { cli } from './a-context.ts';
import { aSiteRepository, nodeFiles } from './a-site.ts';

const TOKEN = 'tok-of-ci';

async function aForge(): Promise<ForgeServer> {
  const server = await startForgeServer(giteaApi);
  onTestFinished(server.close);
  server.store.accounts.set(TOKEN, 'ci');
  return server;
}

function plan(site: Repository, ...argv: string[]) {
  const env = { ...ENV, BAREWRIGHT_FORGE_TOKEN: TOKEN };
  return cli(['plan', '--from', 'HEAD~1', '--to', 'HEAD', ...argv], { cwd: site.dir, env });
}

/** A site that names the forge, and then a commit that raises n02 and names another. */
async function aProposal(server: ForgeServer, other = server.url) {
  const site = await aSiteRepository();
  site.commit(nodeFiles([2, 3]), 'Two nodes');
  const forge = (url: string) =>
    `review={ forge: { kind: gitea, url: "${url}", repository: karoo/site, token: { env: T } } }`;
  const set = (...argv: string[]) =>
    cli(['set', ...argv, '--yes'], { cwd: site.dir, env: { ...ENV, USER: 'ada' } });
  expect(await set('Site/karoo', forge(server.url))).toMatchObject({ code: 0 });
  if (other !== server.url) expect(await set('Site/karoo', forge(other))).toMatchObject({ code: 0 });
  else expect(await set('n02', 'install.generation=2')).toMatchObject({ code: 0 });
  return site;
}

describe('plan --comment', () => {
  it('keeps one comment and the status of a pull request, without a daemon', async () => {
    const server = await aForge();
    const site = await aProposal(server);
    const head = site.git('rev-parse', 'HEAD');
    const first = await plan(site, '--comment', '12', '--status-on', head);
    expect(first).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`commented: ${server.url}/karoo/site/pulls/12`),
    });
    expect(first.stdout).toContain('Loses all data: n02');
    const again = await plan(site, '--comment', '12');
    expect(again.stderr).toContain('says that already');
    expect(server.store.comments.map(({ on }) => on)).toEqual([12]);
    const body = server.store.comments[0]?.body ?? '';
    expect(body).toContain('> **Loses all data:** n02');
    expect(body).toContain('every node assumed settled at');
    expect(server.store.statuses).toMatchObject([
      { sha: head, state: 'success', context: 'barewright/plan', description: '1 reinstall (DATA LOSS)' },
    ]);
  });

  it('promise 10: gives its token to the forge that was named before, whatever is proposed', async () => {
    const [server, thief] = [await aForge(), await aForge()];
    const site = await aProposal(server, thief.url);
    expect(await plan(site, '--comment', '12')).toMatchObject({ code: 0 });
    expect(thief.seen).toEqual([]);
    expect(server.seen.length).toBeGreaterThan(0);
  });

  it('says what it lacks', async () => {
    const site = await aSiteRepository();
    site.commit(nodeFiles([2]), 'A node');
    expect(await plan(site, '--comment', '12')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('names no forge (spec.review.forge)'),
    });
    const alone = await cli(['plan', '--comment', '12'], { cwd: site.dir, env: ENV });
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('go with --from only') });
  });
});
