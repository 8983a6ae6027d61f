/** A branch that is pushed, and a pull request for it; or the page where a person opens one. */

import { findUpstream, pushBranch, type Upstream } from '../git/push.ts';
import type { ReviewForge } from '../model/desired.ts';
import type { ForgeKind } from '../model/review-spec.ts';
import { limitsOf } from '../review/limits.ts';
import { type Context, say } from './context.ts';
import { type ForgeTokenOptions, forgeToken, openUserForge } from './user-forge.ts';

export interface PullRequestOptions extends ForgeTokenOptions {
  pr?: boolean;
}

export interface Proposal {
  location: string;
  branch: string;
  title: string;
  /** Markdown. */
  body: string;
  forge: ReviewForge | null;
}

/** Asked before anything is committed. Fails with GitError where no pull request can come of it. */
export function mayPropose(context: Context, location: string): Promise<Upstream> {
  return findUpstream(location, context.env);
}

export async function propose(
  context: Context,
  options: PullRequestOptions,
  upstream: Upstream,
  proposal: Proposal,
): Promise<void> {
  const { location, branch, forge, title } = proposal;
  // What the forge lacks must not stop the push: the work is there then, and a person can go on.
  const token = await forgeToken(context, options);
  await pushBranch(location, context.env, branch);
  say(context, `pushed ${branch} to ${upstream.url}`);
  if (!forge || token === null) {
    const page = newPullRequestPage(upstream, branch, forge);
    const why = forge
      ? 'no token is in BAREWRIGHT_FORGE_TOKEN'
      : 'the site names no forge (spec.review.forge)';
    say(context, `${why}; open the pull request${page === null ? ' by hand' : ` here: ${page}`}`);
    return;
  }
  const client = openUserForge(context, forge, token);
  try {
    const body = bodyWithin(proposal.body, limitsOf(forge.kind).comment);
    const { url, created } = await client.createPullRequest({ branch, base: upstream.base, title, body });
    say(context, `${created ? 'opened' : 'open already:'} ${url}`);
  } finally {
    await client.close();
  }
}

/** Where a forge would have the branch's author go on; null where the remote is no place for a browser. */
export function newPullRequestPage(
  { url, base }: Pick<Upstream, 'url' | 'base'>,
  branch: string,
  forge: Pick<ReviewForge, 'kind'> | null,
): string | null {
  const page = pageOf(url);
  if (page === null) return null;
  const kind = forge?.kind ?? kindOf(new URL(page).hostname);
  const [from, to] = [encodeURIComponent(branch), encodeURIComponent(base)];
  switch (kind) {
    case 'github':
      return `${page}/compare/${to}...${from}?expand=1`;
    case 'gitea':
      return `${page}/compare/${to}...${from}`;
    case 'gitlab':
      return `${page}/-/merge_requests/new?merge_request%5Bsource_branch%5D=${from}&merge_request%5Btarget_branch%5D=${to}`;
    case null:
      return null;
  }
}

/** `git@host:owner/name.git`, `ssh://git@host/owner/name` and `https://host/owner/name.git` to the page of the repository. */
function pageOf(url: string): string | null {
  const scp = /^(?:[\w.-]+@)?([\w.-]+):(?!\/)(.+)$/.exec(url);
  const parsed = scp ? new URL(`https://${scp[1]}/${scp[2]}`) : URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !['https:', 'http:', 'ssh:'].includes(parsed.protocol)) return null;
  const isWeb = parsed.protocol !== 'ssh:';
  const host = isWeb ? parsed.host : parsed.hostname;
  const scheme = parsed.protocol === 'http:' ? 'http' : 'https';
  return `${scheme}://${host}${parsed.pathname.replace(/\/$/, '').replace(/\.git$/, '')}`;
}

function kindOf(host: string): ForgeKind | null {
  if (/(^|\.)github\.com$/.test(host)) return 'github';
  if (/(^|\.)gitlab\./.test(host)) return 'gitlab';
  return /(^|\.)(codeberg\.org|gitea\.|forgejo\.)/.test(host) ? 'gitea' : null;
}

/** A branch for a change with this subject: `barewright/move-n02-n03-to-pool-spare-1a2b3c4`. */
export function branchFor(subject: string, base: string): string {
  const words = subject.toLowerCase().match(/[a-z0-9]+/g) ?? ['change'];
  const slug = words.join('-').slice(0, 40).replace(/-$/, '');
  return `barewright/${slug}-${base.slice(0, 7)}`;
}

function bodyWithin(body: string, most: number): string {
  if (body.length <= most) return body;
  const end = '\n\n… the rest does not fit here; `barewright plan --to` shows all of it.\n';
  return `${body.slice(0, body.lastIndexOf('\n', most - end.length))}${end}`;
}
