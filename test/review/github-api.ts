/** GitHub's REST API, as far as pull requests, their comments and commit statuses go. */

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

/** `api` is empty on api.github.com, `/api/v3` on GitHub Enterprise Server. */
export function githubApi(api: string): Dialect {
  return {
    api,
    token: ({ authorization }) => /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? null,
    reply: (asked, store, url) => (isApp(asked) ? appReply(asked, store, url) : reply(asked, store, url)),
  };
}

function isApp({ login }: Asked): boolean {
  return login.endsWith('[bot]');
}

/** An app has no user. */
function appReply(asked: Asked, store: Store, url: string): Reply {
  if (asked.path === '/user') {
    return { status: 403, body: { message: 'Resource not accessible by integration' } };
  }
  if (asked.path === '/graphql' || asked.path === '?/api/graphql') {
    return { status: 200, body: { data: { viewer: { login: asked.login } } } };
  }
  return reply(asked, store, url);
}

function reply({ method, path, query, body, login }: Asked, store: Store, url: string): Reply {
  if (path === '/user') return { status: 200, body: { login, id: 7, type: 'User' } };
  if (!path.startsWith(`${REPOSITORY}/`)) return NOT_FOUND;
  const [, what = '', id = ''] =
    /^\/(pulls|issues\/(?=\d+\/comments)|issues\/comments\/|statuses\/)(.*)$/.exec(
      path.slice(REPOSITORY.length),
    ) ?? [];
  if (what === 'pulls' && method === 'GET') {
    const fits = store.pulls.filter(({ base }) => base === (query.get('base') ?? base));
    const { entries, next, last } = pageOf(fits, query, 'per_page', 100);
    return { status: 200, headers: linkOf(next, last), body: entries.map((one) => pullOf(one, url)) };
  }
  if (what === 'pulls') return create(body, store, login, url);
  if (what === 'issues/') {
    const on = Number.parseInt(id, 10);
    if (method === 'POST') {
      if (tooLong(body['body']))
        return invalid('IssueComment', 'Body is too long (maximum is 65536 characters)');
      store.comments.push({ id: store.nextId(), on, author: login, body: String(body['body']) });
      return { status: 201, body: commentOf(store, store.comments.length - 1, url) };
    }
    const indices = store.comments.flatMap((one, index) => (one.on === on ? [index] : []));
    const { entries, next, last } = pageOf(indices, query, 'per_page', 100);
    return {
      status: 200,
      headers: linkOf(next, last),
      body: entries.map((index) => commentOf(store, index, url)),
    };
  }
  if (what === 'issues/comments/' && method === 'PATCH') {
    const index = store.comments.findIndex((one) => one.id === Number(id));
    const found = store.comments[index];
    if (!found) return NOT_FOUND;
    if (tooLong(body['body']))
      return invalid('IssueComment', 'Body is too long (maximum is 65536 characters)');
    found.body = String(body['body']);
    return { status: 200, body: commentOf(store, index, url) };
  }
  if (what === 'statuses/' && method === 'POST') {
    if (String(body['description']).length > 140) {
      return invalid('Status', 'description is too long (maximum is 140 characters)');
    }
    if (/[\u{10000}-\u{10FFFF}]/u.test(String(body['description']))) {
      return invalid('Status', "description doesn't accept 4-byte Unicode");
    }
    store.statuses.push({ sha: id, ...body });
    return { status: 201, body: { id: store.nextId(), ...body } };
  }
  return NOT_FOUND;
}

/** Characters, not UTF-16 units. */
function tooLong(body: unknown): boolean {
  return [...String(body)].length > 65_536;
}

function create(body: Asked['body'], store: Store, author: string, url: string): Reply {
  const { head, base, title } = body as Record<string, string>;
  const isThere = store.pulls.some((one) => one.branch === head && one.base === base && one.from === 1);
  if (isThere) return invalid('PullRequest', `A pull request already exists for karoo:${head}.`);
  const pull: Pull = {
    ...{ number: store.nextId(), title: title ?? '', author, head: 'c'.repeat(40), branch: head ?? '' },
    ...{ base: base ?? '', from: 1, draft: false },
  };
  store.pulls.push(pull);
  return { status: 201, body: pullOf(pull, url) };
}

function invalid(resource: string, message: string): Reply {
  const errors = [{ resource, code: 'custom', message }];
  return { status: 422, body: { message: 'Validation Failed', errors } };
}

function pullOf({ number, title, author, head, branch, base, from, draft }: Pull, url: string): object {
  return {
    number,
    title,
    draft,
    state: 'open',
    user: { login: author, id: 3 },
    html_url: `${url}/karoo/site/pull/${number}`,
    head: { sha: head, ref: branch, repo: from === null ? null : { id: from } },
    base: { sha: 'b'.repeat(40), ref: base, repo: { id: 1 } },
  };
}

function commentOf({ comments }: Store, index: number, url: string): object {
  const one = comments[index];
  return {
    id: one?.id,
    body: one?.body,
    user: one?.author === '' ? null : { login: one?.author, id: 3 },
    html_url: `${url}/karoo/site/pull/${one?.on}#issuecomment-${one?.id}`,
  };
}
