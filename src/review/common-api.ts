/** Comments, statuses and new pull requests in the way of GitHub's API, which Gitea has taken over. */

import type { ForgeKind } from '../model/review-spec.ts';
import type { Connection } from './connection.ts';
import type { Forge } from './forge.ts';
import { descriptionFor, limitsOf, STATUS_CONTEXT } from './limits.ts';
import { openOnce } from './new-pull-request.ts';
import { withoutCommands } from './no-commands.ts';
import { type Comment, keepOwnComment } from './own-comment.ts';
import { allPages } from './pages.ts';
import type { Reader } from './reader.ts';

interface Ports {
  connection: Connection;
  read: Reader;
  kind: ForgeKind;
  /** As Forge.describe says it. */
  name: string;
  /** `owner/name`. */
  repository: string;
  account(): Promise<string>;
  openPullRequests: Forge['openPullRequests'];
}

export function openCommonForge({ connection, read, kind, name, account, ...ports }: Ports): Forge {
  const { call, pause } = connection;
  const repository = `/repos/${ports.repository}`;
  const limits = limitsOf(kind);
  const commentsOf = (number: number) => `${repository}/issues/${number}/comments`;

  function commentOf(one: unknown): Comment {
    return {
      id: read.number(one, 'id'),
      // Null where the account was deleted.
      author: String(read.at(one, 'user.login') ?? ''),
      body: String(read.at(one, 'body') ?? ''),
      url: read.text(one, 'html_url'),
    };
  }

  return {
    kind,
    limits,
    describe: () => name,
    openPullRequests: ports.openPullRequests,
    close: connection.close,
    ...keepOwnComment({
      account,
      pause,
      async list(number) {
        // GitHub reads `per_page`, Gitea `limit`.
        const path = `${commentsOf(number)}?per_page=100&limit=50`;
        return (await allPages(connection, read, path)).map(commentOf);
      },
      async create(number, body) {
        const answer = await call({ method: 'POST', path: commentsOf(number), body: { body }, once: true });
        return commentOf(answer.body);
      },
      async edit(_number, id, body) {
        const path = `${repository}/issues/comments/${id}`;
        return commentOf((await call({ method: 'PATCH', path, body: { body } })).body);
      },
    }),
    async putStatus(commit, { state, description, url }) {
      const body = {
        ...{ state, context: STATUS_CONTEXT, description: descriptionFor(kind, description) },
        ...(url === null ? {} : { target_url: url }),
      };
      await call({ method: 'POST', path: `${repository}/statuses/${commit}`, body });
    },
    createPullRequest(wanted) {
      const { branch: head, base, title, body } = wanted;
      async function open() {
        const request = { head, base, title, body: withoutCommands(body) };
        const answer = await call({ method: 'POST', path: `${repository}/pulls`, body: request, once: true });
        return { number: read.number(answer.body, 'number'), url: read.text(answer.body, 'html_url') };
      }
      return openOnce(wanted, open, ports.openPullRequests);
    },
  };
}
