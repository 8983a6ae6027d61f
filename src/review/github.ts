/** GitHub, and GitHub Enterprise Server: REST API, version 2022-11-28. */

import type { ReviewForge } from '../model/desired.ts';
import { rememberAccount } from './account.ts';
import { openCommonForge } from './common-api.ts';
import { type ForgePorts, openConnection } from './connection.ts';
import { ForgeError } from './errors.ts';
import type { Forge, PullRequest } from './forge.ts';
import { allPages } from './pages.ts';
import { createReader } from './reader.ts';

export function openGitHub(forge: Pick<ReviewForge, 'url' | 'repository'>, ports: ForgePorts): Forge {
  const kind = 'github';
  const name = `GitHub repository ${forge.repository}`;
  const connection = openConnection(
    { kind, url: forge.url },
    {
      name,
      headers: (token) => ({
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'x-github-api-version': '2022-11-28',
      }),
    },
    ports,
  );
  const { call } = connection;
  const read = createReader(kind, name);
  const repository = `/repos/${forge.repository}`;

  async function openPullRequests(branch: string): Promise<PullRequest[]> {
    const query = `state=open&base=${encodeURIComponent(branch)}&sort=created&direction=asc&per_page=100`;
    const found = await allPages(connection, read, `${repository}/pulls?${query}`);
    return found.map(pullRequestOf).sort((a, b) => a.number - b.number);
  }

  function pullRequestOf(one: unknown): PullRequest {
    const number = read.number(one, 'number');
    return {
      number,
      title: read.text(one, 'title'),
      // Null where the account was deleted.
      author: String(read.at(one, 'user.login') ?? 'ghost'),
      url: read.text(one, 'html_url'),
      head: read.text(one, 'head.sha'),
      branch: read.text(one, 'head.ref'),
      ref: `refs/pull/${number}/head`,
      // Null where the fork was deleted.
      fork: read.at(one, 'head.repo.id') !== read.number(one, 'base.repo.id'),
      draft: read.at(one, 'draft') === true,
    };
  }

  /** A token of an app or of Actions has no user; the GraphQL API says whose it is all the same. */
  async function askAccount(): Promise<string> {
    try {
      return read.text((await call({ method: 'GET', path: '/user' })).body, 'login');
    } catch (error) {
      if (!(error instanceof ForgeError) || error.code !== 'forbidden') throw error;
      const body = { query: '{ viewer { login } }' };
      const answer = await call({ method: 'POST', path: graphqlOf(forge.url), body });
      return read.text(answer.body, 'data.viewer.login');
    }
  }

  const account = rememberAccount(connection.token, askAccount);
  return openCommonForge({
    connection,
    read,
    kind,
    name,
    repository: forge.repository,
    account,
    openPullRequests,
  });
}

/** `/graphql` of api.github.com; `/api/graphql` of GitHub Enterprise Server, beside its `/api/v3`. */
function graphqlOf(url: string): string {
  return `${url.replace(/\/v3$/, '')}/graphql`;
}
