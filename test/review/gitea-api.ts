/** Gitea's and Forgejo's REST API, as far as pull requests, their comments and commit statuses go. */

import {
  type Asked,
  type Dialect,
  linkOf,
  NOT_FOUND,
  type Pull,
  pageOf,
  type Reply,
  type Store,
} from './a-forge-server.ts';

const REPOSITORY = '/repos/karoo/site';

export const giteaApi: Dialect = {
  api: '/api/v1',
  token: ({ authorization }) => /^token (.+)$/.exec(authorization ?? '')?.[1] ?? null,
  reply,
};

function reply({ method, path, query, body, login }: Asked, store: Store, url: string): Reply {
  if (path === '/user') return { status: 200, body: { login, id: 7 } };
  if (!path.startsWith(`${REPOSITORY}/`)) return NOT_FOUND;
  const [, what = '', id = ''] =
    /^\/(pulls|issues\/(?=\d+\/comments)|issues\/comments\/|statuses\/)(.*)$/.exec(
      path.slice(REPOSITORY.length),
    ) ?? [];
  if (what === 'pulls' && method === 'GET') {
    const { entries, next, last } = pageOf(store.pulls, query, 'limit', 50);
    const headers = { ...linkOf(next, last), 'x-total-count': String(store.pulls.length) };
    return { status: 200, headers, body: entries.map((one) => pullOf(one, url)) };
  }
  if (what === 'pulls') return create(body, store, login, url);
  if (what === 'issues/' && method === 'POST') {
    store.comments.push({
      id: store.nextId(),
      on: Number.parseInt(id, 10),
      author: login,
      body: String(body['body']),
    });
    return { status: 201, body: commentOf(store, store.comments.length - 1, url) };
  }
  if (what === 'issues/') {
    // All at once, whatever page is asked for.
    const on = Number.parseInt(id, 10);
    const indices = store.comments.flatMap((one, index) => (one.on === on ? [index] : []));
    return { status: 200, body: indices.map((index) => commentOf(store, index, url)) };
  }
  if (what === 'issues/comments/' && method === 'PATCH') {
    const index = store.comments.findIndex((one) => one.id === Number(id));
    const found = store.comments[index];
    if (!found) return NOT_FOUND;
    found.body = String(body['body']);
    return { status: 200, body: commentOf(store, index, url) };
  }
  if (what === 'statuses/' && method === 'POST') {
    store.statuses.push({ sha: id, ...body });
    return { status: 201, body: { id: store.nextId(), ...body } };
  }
  return NOT_FOUND;
}

function create(body: Asked['body'], store: Store, author: string, url: string): Reply {
  const { head, base, title } = body as Record<string, string>;
  if (store.pulls.some((one) => one.branch === head && one.base === base && one.from === 1)) {
    const message =
      'pull request already exists for these targets [id: 1, issue_id: 1, head_repo_id: 1, base_repo_id: 1]';
    return { status: 409, body: { message, url: `${url}/api/swagger` } };
  }
  const pull: Pull = {
    ...{ number: store.nextId(), title: title ?? '', author, head: 'c'.repeat(40), branch: head ?? '' },
    ...{ base: base ?? '', from: 1, draft: false },
  };
  store.pulls.push(pull);
  return { status: 201, body: pullOf(pull, url) };
}

function pullOf({ number, title, author, head, branch, base, from, draft }: Pull, url: string): object {
  return {
    number,
    title,
    draft,
    state: 'open',
    user: { login: author, id: 3 },
    html_url: `${url}/karoo/site/pulls/${number}`,
    head: {
      sha: head,
      ref: branch,
      label: branch,
      repo_id: from ?? 0,
      repo: from === null ? null : { id: from },
    },
    base: { sha: 'b'.repeat(40), ref: base, label: base, repo_id: 1, repo: { id: 1 } },
  };
}

function commentOf({ comments }: Store, index: number, url: string): object {
  const one = comments[index];
  return {
    id: one?.id,
    body: one?.body,
    user: { login: one?.author === '' ? 'Ghost' : one?.author, id: one?.author === '' ? -1 : 3 },
    html_url: `${url}/karoo/site/pulls/${one?.on}#issuecomment-${one?.id}`,
  };
}
