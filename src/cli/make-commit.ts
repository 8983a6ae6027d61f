/** Where a change goes once it is agreed: the branch that is checked out, or a new one. */

import { commitFiles } from '../git/commit-edit.ts';
import { commitToBranch, type TreeChange } from '../git/commit-tree.ts';
import type { Upstream } from '../git/push.ts';
import { restoreDirectories } from '../git/restore-edit.ts';
import type { ReviewForge, Site } from '../model/desired.ts';
import type { Plan } from '../model/plan.ts';
import { formatMarkdown } from '../plan/format-markdown.ts';
import { dataLoss } from '../plan/group.ts';
import { shortCommit } from '../plan/say-age.ts';
import { confirm } from './confirm.ts';
import { type Context, note, say } from './context.ts';
import { CliError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { LivePlanOptions, ShownPlan } from './live-plan.ts';
import { branchFor, mayPropose, type PullRequestOptions, propose } from './pull-request.ts';

export interface CommitOptions extends LivePlanOptions, PullRequestOptions {
  repo?: string;
  message?: string;
  branch?: string;
  dryRun?: boolean;
  yes?: boolean;
}

/** What only says how a commit is made, where none is asked for, is a mistake. */
export function needCommit({ message, branch, pr, dryRun }: CommitOptions): void {
  const said = [
    ...(message === undefined ? [] : ['--message']),
    ...(branch === undefined ? [] : ['--branch']),
    ...(pr ? ['--pr'] : []),
    ...(dryRun ? ['--dry-run'] : []),
  ];
  if (said.length > 0)
    throw new CliError(
      EXIT.usage,
      `${said.join(', ')} goes with --commit only`,
      'add --commit, or leave it out',
    );
}

export interface Change {
  /** The user's repository. */
  location: string;
  /** HEAD, which the change was made from. */
  base: string;
  change: TreeChange;
  message: string;
}

/** What a pull request says of a change. */
export interface Shown {
  /** Null where the commit before has no site to compare with. */
  planned: ShownPlan | null;
  /** Of the commit before: a change must not have the token sent elsewhere. */
  forge: ReviewForge | null;
  /** Beside the plan, in lines for a terminal; empty for nothing. */
  notes: string;
}

export function forgeOf(site: Site | null): ReviewForge | null {
  return site?.review?.forge ?? null;
}

/** Asks where data is lost, then commits, and opens a pull request where that was asked for. */
export async function makeCommit(
  context: Context,
  options: CommitOptions,
  shown: Shown,
  change: Change,
): Promise<ExitCode> {
  if (options.dryRun) return EXIT.ok;
  const plan = shown.planned?.plan;
  if (!options.yes && plan && !(await agreesToLoss(context, plan))) {
    note(context, 'nothing was changed');
    return EXIT.refused;
  }
  const [subject = ''] = change.message.split('\n');
  const upstream = options.pr ? await mayPropose(context, change.location) : null;
  const branch = options.branch ?? (options.pr ? branchFor(subject, change.base) : undefined);
  const done = await commit(context, branch, change);
  if (!done) return EXIT.ok;
  say(context, `committed ${shortCommit(done.id)} on ${done.branch}: ${subject}`);
  if (!upstream) return EXIT.ok;
  const more = sayUnpushed(upstream);
  if (more !== null) note(context, more);
  const { forge } = shown;
  const body = bodyOf(context, shown, change.message, more);
  const proposal = { location: change.location, branch: done.branch, title: subject, body, forge };
  try {
    await propose(context, options, upstream, proposal);
  } catch (error) {
    note(context, `the commit stays on the branch ${done.branch}; to drop it: git branch -D ${done.branch}`);
    throw error;
  }
  return EXIT.ok;
}

/** What a pull request brings beside the change that was planned. */
function sayUnpushed({ base, unpushed }: Upstream): string | null {
  if (unpushed === 0) return null;
  const some = unpushed === 1 ? 'one commit that is' : `${unpushed} commits that are`;
  return `the pull request also brings ${some} not on ${base} there yet; the plan shown does not count ${unpushed === 1 ? 'it' : 'them'}`;
}

function bodyOf(context: Context, { planned, notes }: Shown, message: string, more: string | null): string {
  const [, ...rest] = message.split('\n');
  const parts = [rest.join('\n').trim()];
  if (planned) {
    const { plan, ...basis } = planned;
    parts.push(formatMarkdown(plan, { now: context.now(), ...basis }).trim());
  }
  if (more !== null) parts.push(`**Beware:** ${more}.`);
  if (notes !== '') parts.push(`\`\`\`text\n${notes.trim().replaceAll('`', "'")}\n\`\`\``);
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

async function commit(
  { env }: Context,
  branch: string | undefined,
  { location, base, change, message }: Change,
): Promise<{ id: string; branch: string } | null> {
  if (branch !== undefined) {
    const id = await commitToBranch({ location, base, change, branch, message, env });
    return id === null ? null : { id, branch };
  }
  return 'files' in change
    ? commitFiles({ location, files: change.files, message, env })
    : restoreDirectories({ location, ...change, message, env });
}

async function agreesToLoss(context: Context, plan: Plan): Promise<boolean> {
  const lost = dataLoss(plan).certain.length;
  if (lost === 0) return true;
  return confirm(
    context,
    `This commit destroys the data of ${lost} node${lost === 1 ? '' : 's'}. Commit it?`,
  );
}
