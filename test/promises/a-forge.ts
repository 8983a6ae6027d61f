/** A forge as a team uses it: a bare repository behind `git daemon`, sshd or HTTP with a token, and pull requests through Gitea's API. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { anSshd } from '../builders/sshd.ts';
import { aFolder } from '../git/a-repository.ts';
import { aGitDaemon, anHttpServer } from '../git/a-server.ts';
import { type ForgeServer, startForgeServer } from '../review/a-forge-server.ts';
import { giteaApi } from '../review/gitea-api.ts';
import { GIT_ENV } from './repository.ts';

export type TeamForge = Awaited<ReturnType<typeof aTeamForge>>;

const TOKEN = 'token-of-the-forge';
const ACCOUNT = 'barewright';

type Way = 'git' | 'ssh' | { httpToken: string };

/** A bare repository in the folder, over git://, ssh:// or http:// with a token. */
async function served(folder: string, name: string, over: Way) {
  if (typeof over === 'object') {
    const url = await anHttpServer(folder, over.httpToken, () => undefined);
    const tokenFile = join(aFolder(), 'git-token');
    writeFileSync(tokenFile, `${over.httpToken}\n`);
    return { repository: `${url}/${name}`, auth: { tokenFile } };
  }
  if (over === 'git') return { repository: (await aGitDaemon(folder, name)).url };
  const { port, user, hostKey, folder: keys } = await anSshd();
  const knownHostsFile = join(keys, 'known_hosts');
  writeFileSync(knownHostsFile, `[127.0.0.1]:${port} ${hostKey}\n`);
  return {
    repository: `ssh://${user}@127.0.0.1:${port}${join(folder, name)}`,
    auth: { sshKeyFile: join(keys, 'login'), knownHostsFile },
  };
}

export async function aTeamForge(over: Way = 'git') {
  const server: ForgeServer = await startForgeServer(giteaApi);
  onTestFinished(server.close);
  server.store.accounts.set(TOKEN, ACCOUNT);
  const folder = aFolder();
  const bare = join(folder, 'site.git');
  let work = '';

  async function git(...args: string[]): Promise<string> {
    return (await execa('git', args, { cwd: work, env: GIT_ENV })).stdout;
  }

  /** As SceneOptions.publish; polls fast, since nothing wakes the daemon here. */
  async function publish(repository: string) {
    work = repository;
    await execa('git', ['clone', '-q', '--bare', repository, bare], { env: GIT_ENV });
    await git('remote', 'add', 'forge', bare);
    return {
      ...(await served(folder, 'site.git', over)),
      ...{ pollInterval: 300, reviewInterval: 200 },
      env: { ...process.env, ...GIT_ENV, FORGE_TOKEN: TOKEN },
    };
  }

  async function pushHead(number: number, branch: string): Promise<string> {
    await git(
      'push',
      '-q',
      '--force',
      'forge',
      `${branch}:refs/heads/${branch}`,
      `${branch}:refs/pull/${number}/head`,
    );
    return git('rev-parse', branch);
  }

  return {
    /** For `spec.review`. */
    review: `{ forge: { kind: gitea, url: "${server.url}", repository: karoo/site, token: { env: FORGE_TOKEN } } }`,
    server,
    token: TOKEN,
    publish,
    git,
    /** Opens a pull request of the branch that is checked out in the work tree. */
    async open(number: number, branch: string, from: number | null = 1): Promise<void> {
      const head = await pushHead(number, branch);
      server.store.pulls.push({
        ...{
          number,
          title: `change ${number}`,
          author: 'thandi',
          head,
          branch,
          base: 'main',
          from,
          draft: false,
        },
      });
    },
    /** Pushes what the branch has now, by force where it must be. */
    async push(number: number, branch: string): Promise<void> {
      const head = await pushHead(number, branch);
      const pull = server.store.pulls.find((one) => one.number === number);
      if (pull) pull.head = head;
    },
    /** As the button of the forge does. Returns the commit that main is at then. */
    async merge(number: number, branch: string, how: '--no-ff' | '--squash' = '--no-ff'): Promise<string> {
      await git('switch', '-q', 'main');
      await git('merge', '-q', how, ...(how === '--squash' ? [] : ['-m', `Merge ${branch}`]), branch);
      if (how === '--squash') await git('commit', '-q', '-m', `Squash ${branch}`);
      await git('push', '-q', 'forge', 'main');
      server.store.pulls = server.store.pulls.filter((one) => one.number !== number);
      return git('rev-parse', 'main');
    },
    comments: (number: number) =>
      server.store.comments.filter(({ on }) => on === number).map(({ body }) => body),
    /** The newest status of a commit, `success: 1 reinstall`. */
    status(commit: string): string {
      const status = server.store.statuses.findLast(({ sha }) => sha === commit);
      return status ? `${status['state']}: ${status['description']}` : '';
    },
  };
}
