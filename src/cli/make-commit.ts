/** Where a change goes once it is agreed: the branch that is checked out, or a new one. */

import { commitFiles } from '../git/commit-edit.ts';
import { commitToBranch, type TreeChange } from '../git/commit-tree.ts';
import { restoreDirectories } from '../git/restore-edit.ts';
import type { Plan } from '../model/plan.ts';
import { dataLoss } from '../plan/group.ts';
import { shortCommit } from '../plan/say-age.ts';
import { confirm } from './confirm.ts';
import { type Context, note, say } from './context.ts';
import { CliError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { LivePlanOptions } from './live-plan.ts';

export interface CommitOptions extends LivePlanOptions {
  repo?: string;
  message?: string;
  branch?: string;
  dryRun?: boolean;
  yes?: boolean;
}

/** What only says how a commit is made, where none is asked for, is a mistake. */
export function needCommit({ message, branch, dryRun }: CommitOptions): void {
  const said = [
    ...(message === undefined ? [] : ['--message']),
    ...(branch === undefined ? [] : ['--branch']),
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

/** Asks where data is lost, then commits. The plan is null where the commit before has none to compare with. */
export async function makeCommit(
  context: Context,
  options: CommitOptions,
  plan: Plan | null,
  change: Change,
): Promise<ExitCode> {
  if (options.dryRun) return EXIT.ok;
  if (!options.yes && plan && !(await agreesToLoss(context, plan))) {
    note(context, 'nothing was changed');
    return EXIT.refused;
  }
  const done = await commit(context, options, change);
  const [subject = ''] = change.message.split('\n');
  if (done) say(context, `committed ${shortCommit(done.id)} on ${done.branch}: ${subject}`);
  return EXIT.ok;
}

async function commit(
  { env }: Context,
  { branch }: CommitOptions,
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
