/** Opens a pull request once, though an answer may be lost. */

import { ForgeError } from './errors.ts';
import type { Forge, NewPullRequest, PullRequest } from './forge.ts';

type Opened = Awaited<ReturnType<Forge['createPullRequest']>>;

/** `open` makes it; `list` has all that are open onto a branch. */
export async function openOnce(
  { branch, base }: NewPullRequest,
  open: () => Promise<{ number: number; url: string }>,
  list: (branch: string) => Promise<PullRequest[]>,
): Promise<Opened> {
  try {
    return { ...(await open()), created: true };
  } catch (error) {
    if (!mayBeThere(error)) throw error;
    const there = (await list(base)).find((one) => !one.fork && one.branch === branch);
    if (!there) throw error;
    return { number: there.number, url: there.url, created: false };
  }
}

/** 409 of GitLab and Gitea, 422 of GitHub; or the answer was lost. */
function mayBeThere(error: unknown): boolean {
  if (!(error instanceof ForgeError)) return false;
  return (
    error.status === 409 || error.status === 422 || error.code === 'unreachable' || error.code === 'server'
  );
}
