/** A plan made without a daemon, as the comment and the status of a pull request: for a CI job, without a way to machines. */

import { type Said, sayProposal } from '../daemon/review/comment.ts';
import type { Site } from '../model/desired.ts';
import type { Forge } from '../review/forge.ts';
import { type Context, note } from './context.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import type { OfflinePlan } from './offline-plan.ts';
import { type ForgeTokenOptions, forgeToken, openUserForge } from './user-forge.ts';

interface Options extends ForgeTokenOptions {
  comment: number;
  statusOn?: string;
}

/**
 * The forge is the one that the commit *before* names: what is proposed must not choose where the token goes.
 * Throws CliError and ForgeError.
 */
export async function commentPlan(context: Context, made: OfflinePlan, options: Options): Promise<void> {
  const { previous } = made;
  const spec = previous?.review?.forge;
  if (!previous || !spec) throw noForge();
  const token = await forgeToken(context, options);
  if (token === null) throw noToken();
  const forge = openUserForge(context, spec, token);
  try {
    const { body, status, matters } = say(context, made, previous, forge);
    const number = options.comment;
    if (matters || (await forge.findComment(number)) !== null) {
      const { url, changed } = await forge.putComment(number, body);
      note(context, `${changed ? 'commented' : 'says that already'}: ${url}`);
    } else note(context, 'nothing changes for machines, so nothing is commented');
    if (options.statusOn !== undefined) await forge.putStatus(options.statusOn, { ...status, url: null });
  } finally {
    await forge.close();
  }
}

function say(context: Context, made: OfflinePlan, previous: Site, { kind, limits }: Forge): Said {
  const verdict =
    made.plan === null
      ? { kind: 'invalid' as const, problems: made.problems }
      : { kind: 'planned' as const, site: made.site, tree: '', plan: made.plan, pending: [] };
  const head = made.plan === null ? made.of : made.plan.commit.id;
  return sayProposal(
    { pullRequest: { head }, base: previous.commit.id, verdict },
    {
      ...{ previous, branch: '', times: new Map(), limits, others: [], now: context.now() },
      sign: kind === 'gitlab' ? '!' : '#',
      ...(made.plan === null ? {} : { basis: made.basis }),
    },
  );
}

function noForge(): CliError {
  const hint = 'commit `review.forge` to the branch first: docs/review.md';
  return new CliError(EXIT.error, 'the commit of --from names no forge (spec.review.forge)', hint);
}

function noToken(): CliError {
  return new CliError(EXIT.usage, 'no token is in BAREWRIGHT_FORGE_TOKEN', 'set it, or name --token-file');
}
