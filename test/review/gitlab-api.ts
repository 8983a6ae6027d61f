/** GitLab's REST API, as far as merge requests, their notes and commit statuses go. */

import {
  type Asked,
  type Dialect,
  NOT_FOUND,
  type Pull,
  pageOf,
  type Reply,
  type Store,
} from './a-forge-server.ts';

const PROJECT = '/projects/karoo%2Fmetal%2Fsite';

/** Below a relative URL, as `external_url` may have one. */
export const gitlabApi: Dialect = {
  api: '/gitlab/api/v4',
  token: ({ authorization }) => /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? null,
  reply,
};

function reply({ method, path, query, body, login }: Asked, store: Store, url: string): Reply {
  if (path === '/user') return { status: 200, body: { username: login, id: 7 } };
  if (!path.startsWith(`${PROJECT}/`)) return { status: 404, body: { message: '404 Project Not Found' } };
  const rest = path.slice(PROJECT.length);
  if (rest === '/merge_requests' && method === 'GET') {
    const fits = store.pulls.filter(({ base }) => base === (query.get('target_branch') ?? base));
    return listOf(fits, query, (one) => pullOf(one, url));
  }
  if (rest === '/merge_requests') return create(body, store, login, url);
  const [, number, id] = /^\/merge_requests\/(\d+)\/notes(?:\/(\d+))?$/.exec(rest) ?? [];
  if (number !== undefined) return notes(method, Number(number), Number(id), body, query, store, login);
  const [, sha] = /^\/statuses\/([0-9a-f]+)$/.exec(rest) ?? [];
  return sha === undefined ? NOT_FOUND : status(sha, body, store);
}

function listOf<T>(all: readonly T[], query: URLSearchParams, show: (one: T) => object): Reply {
  const { entries, next, last } = pageOf(all, query, 'per_page', 100);
  const headers = { 'x-next-page': next === null ? '' : String(next), 'x-total-pages': String(last) };
  return { status: 200, headers, body: entries.map(show) };
}

function notes(
  method: string,
  on: number,
  id: number,
  { body }: Asked['body'],
  query: URLSearchParams,
  { comments, nextId }: Store,
  author: string,
): Reply {
  if (method === 'GET') {
    return listOf(
      comments.filter((one) => one.on === on),
      query,
      noteOf,
    );
  }
  if (String(body).length > 1_000_000) {
    return { status: 400, body: { message: { note: ['is too long (maximum is 1000000 characters)'] } } };
  }
  if (method === 'POST') {
    const note = { id: nextId(), on, author, body: String(body).trimEnd() };
    comments.push(note);
    return { status: 201, body: noteOf(note) };
  }
  const found = comments.find((one) => one.id === id);
  if (!found) return { status: 404, body: { message: '404 Note Not Found' } };
  found.body = String(body).trimEnd();
  return { status: 200, body: noteOf(found) };
}

/** A status that ended is followed by a new one; one that is pending or running becomes another. */
function status(sha: string, body: Asked['body'], store: Store): Reply {
  const { state, description, target_url: link } = body as Record<string, string | undefined>;
  if ((description ?? '').length > 255) {
    return { status: 400, body: { message: { description: ['is too long (maximum is 255 characters)'] } } };
  }
  if ((link ?? '').length > 255) {
    return { status: 400, body: { message: { target_url: ['is too long (maximum is 255 characters)'] } } };
  }
  const isOnBranch = store.pulls.some((one) => one.head === sha && one.from === 1);
  if (!isOnBranch && body['ref'] === undefined) {
    return { status: 404, body: { message: '404 References for commit Not Found' } };
  }
  const last = store.statuses.findLast((one) => one['sha'] === sha);
  if (last?.['state'] === 'pending' && state === 'pending') {
    const message =
      'Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition via "enqueue")';
    return { status: 400, body: { message } };
  }
  store.statuses.push({ sha, ...body });
  return { status: 201, body: { id: store.nextId(), status: state, name: body['name'] } };
}

function create(body: Asked['body'], store: Store, author: string, url: string): Reply {
  const { source_branch: branch = '', target_branch: base = '', title = '' } = body as Record<string, string>;
  const there = store.pulls.find((one) => one.branch === branch && one.base === base && one.from === 1);
  if (there) {
    const message = [`Another open merge request already exists for this source branch: !${there.number}`];
    return { status: 409, body: { message } };
  }
  const head = 'c'.repeat(40);
  const pull: Pull = { number: store.nextId(), title, author, head, branch, base, from: 1, draft: false };
  store.pulls.push(pull);
  return { status: 201, body: pullOf(pull, url) };
}

function pullOf({ number, title, author, head, branch, base, from, draft }: Pull, url: string): object {
  return {
    id: 9_000 + number,
    iid: number,
    title,
    draft,
    state: 'opened',
    author: { username: author, id: 3 },
    web_url: `${url}/gitlab/karoo/metal/site/-/merge_requests/${number}`,
    sha: head,
    source_branch: branch,
    target_branch: base,
    source_project_id: from,
    target_project_id: 1,
  };
}

function noteOf({ id, author, body }: { id: number; author: string; body: string }): object {
  return { id, body, author: { username: author === '' ? 'ghost1' : author, id: 3 }, system: false };
}
