/** Gitea and Forgejo: REST API, version 1. */

import type { ReviewForge } from '../model/desired.ts';
import { rememberAccount } from './account.ts';
import { openCommonForge } from './common-api.ts';
import { type ForgePorts, openConnection } from './connection.ts';
import type { Forge, PullRequest } from './forge.ts';
import { allPages } from './pages.ts';
import { createReader } from './reader.ts';

/** `[repository.pull-request] WORK_IN_PROGRESS_PREFIXES`, for versions that do not say `draft`. */
const DRAFT_TITLE = /^(?:wip:|\[wip\])/i;

export function openGitea(forge: Pick<ReviewForge, 'url' | 'repository'>, ports: ForgePorts): Forge {
  const kind = 'gitea';
  const name = `Gitea repository ${forge.repository}`;
  const connection = openConnection(
    { kind, url: `${forge.url}/api/v1` },
    { name, headers: (token) => ({ authorization: `token ${token}` }) },
    ports,
  );
  const { call } = connection;
  const read = createReader(kind, name);
  const repository = `/repos/${forge.repository}`;

  /** 50 a page is the most that a server gives by default (`[api] MAX_RESPONSE_ITEMS`); old ones do not select by base. */
  async function openPullRequests(branch: string): Promise<PullRequest[]> {
    const found = await allPages(connection, read, `${repository}/pulls?state=open&sort=oldest&limit=50`);
    const onto = found.filter((one) => read.text(one, 'base.ref') === branch);
    return onto.map(pullRequestOf).sort((a, b) => a.number - b.number);
  }

  function pullRequestOf(one: unknown): PullRequest {
    const number = read.number(one, 'number');
    const title = read.text(one, 'title');
    return {
      number,
      title,
      author: read.text(one, 'user.login'),
      url: read.text(one, 'html_url'),
      head: read.text(one, 'head.sha'),
      branch: read.text(one, 'head.ref'),
      ref: `refs/pull/${number}/head`,
      fork: read.at(one, 'head.repo_id') !== read.number(one, 'base.repo_id'),
      draft: read.at(one, 'draft') === true || DRAFT_TITLE.test(title),
    };
  }

  const account = rememberAccount(connection.token, async () =>
    read.text((await call({ method: 'GET', path: '/user' })).body, 'login'),
  );
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
