/** GitLab: REST API, version 4. */

import type { ReviewForge } from '../model/desired.ts';
import { rememberAccount } from './account.ts';
import { type ForgePorts, openConnection } from './connection.ts';
import { ForgeError } from './errors.ts';
import type { CommitStatus, Forge, PullRequest } from './forge.ts';
import { descriptionFor, limitsOf, STATUS_CONTEXT } from './limits.ts';
import { openOnce } from './new-pull-request.ts';
import { withoutCommands } from './no-commands.ts';
import { type Comment, keepOwnComment } from './own-comment.ts';
import { allPages } from './pages.ts';
import { createReader } from './reader.ts';

const STATES: Record<CommitStatus['state'], string> = {
  success: 'success',
  failure: 'failed',
  error: 'failed',
  pending: 'pending',
};
/** Of a status (docs, "Commits API", set commit pipeline status). */
const LONGEST_URL = 255;

export function openGitLab(forge: Pick<ReviewForge, 'url' | 'repository'>, ports: ForgePorts): Forge {
  const kind = 'gitlab';
  const name = `GitLab project ${forge.repository}`;
  const connection = openConnection(
    { kind, url: `${forge.url}/api/v4` },
    { name, headers: (token) => ({ authorization: `Bearer ${token}` }) },
    ports,
  );
  const { call } = connection;
  const read = createReader(kind, name);
  const project = `/projects/${encodeURIComponent(forge.repository)}`;
  /** Head → branch, of what was listed last: a status is shown where commit and branch are the merge request's. */
  let branchOf: ReadonlyMap<string, string> = new Map();

  async function openPullRequests(branch: string): Promise<PullRequest[]> {
    const target = encodeURIComponent(branch);
    const query = `state=opened&target_branch=${target}&order_by=created_at&sort=asc&per_page=100`;
    const found = await allPages(connection, read, `${project}/merge_requests?${query}`);
    // Without a commit while GitLab still takes the push in.
    const ready = found.filter((one) => typeof read.at(one, 'sha') === 'string').map(pullRequestOf);
    branchOf = new Map(ready.filter(({ fork }) => !fork).map((one) => [one.head, one.branch]));
    return ready.sort((a, b) => a.number - b.number);
  }

  function pullRequestOf(one: unknown): PullRequest {
    const number = read.number(one, 'iid');
    return {
      number,
      title: read.text(one, 'title'),
      author: read.text(one, 'author.username'),
      url: read.text(one, 'web_url'),
      head: read.text(one, 'sha'),
      branch: read.text(one, 'source_branch'),
      ref: `refs/merge-requests/${number}/head`,
      fork: read.at(one, 'source_project_id') !== read.number(one, 'target_project_id'),
      // `work_in_progress` before GitLab 14.
      draft: (read.at(one, 'draft') ?? read.at(one, 'work_in_progress')) === true,
    };
  }

  function commentOf(number: number, one: unknown): Comment {
    const id = read.number(one, 'id');
    return {
      id,
      author: read.text(one, 'author.username'),
      body: read.text(one, 'body'),
      url: `${forge.url}/${forge.repository}/-/merge_requests/${number}#note_${id}`,
    };
  }

  const notesOf = (number: number) => `${project}/merge_requests/${number}/notes`;

  const comments = keepOwnComment({
    account: rememberAccount(connection.token, async () =>
      read.text((await call({ method: 'GET', path: '/user' })).body, 'username'),
    ),
    async list(number) {
      const path = `${notesOf(number)}?sort=asc&order_by=created_at&per_page=20`;
      const notes = await allPages(connection, read, path);
      return notes.filter((note) => read.at(note, 'system') !== true).map((note) => commentOf(number, note));
    },
    async create(number, body) {
      const answer = await call({ method: 'POST', path: notesOf(number), body: { body }, once: true });
      return commentOf(number, answer.body);
    },
    async edit(number, id, body) {
      const answer = await call({ method: 'PUT', path: `${notesOf(number)}/${id}`, body: { body } });
      return commentOf(number, answer.body);
    },
    pause: connection.pause,
  });

  async function putStatus(commit: string, { state, description, url }: CommitStatus): Promise<void> {
    const ref = branchOf.get(commit);
    const body = {
      ...{ state: STATES[state], name: STATUS_CONTEXT, description: descriptionFor(kind, description) },
      ...(url === null || url.length > LONGEST_URL ? {} : { target_url: url }),
      ...(ref === undefined ? {} : { ref }),
    };
    try {
      await call({ method: 'POST', path: `${project}/statuses/${commit}`, body });
    } catch (error) {
      if (hasNoPlace(error) || (state === 'pending' && isSameState(error))) return;
      throw error;
    }
  }

  return {
    kind,
    limits: limitsOf(kind),
    describe: () => name,
    openPullRequests,
    ...comments,
    putStatus,
    createPullRequest: (wanted) =>
      openOnce(
        wanted,
        async () => {
          const { branch, base, title } = wanted;
          const description = withoutCommands(wanted.body);
          const body = { source_branch: branch, target_branch: base, title, description };
          const path = `${project}/merge_requests`;
          const answer = await call({ method: 'POST', path, body, once: true });
          return { number: read.number(answer.body, 'iid'), url: read.text(answer.body, 'web_url') };
        },
        openPullRequests,
      ),
    close: connection.close,
  };
}

/** A commit that is on no branch of the project, as that of a fork: "404 References for commit Not Found". */
function hasNoPlace(error: unknown): boolean {
  return error instanceof ForgeError && error.status === 404 && /references for commit/i.test(error.message);
}

/** A status that is pending does not become pending: "Cannot transition status via :enqueue from :pending". */
function isSameState(error: unknown): boolean {
  return error instanceof ForgeError && error.status === 400 && /cannot transition/i.test(error.message);
}
