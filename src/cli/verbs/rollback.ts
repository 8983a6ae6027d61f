import type { Command } from 'commander';
import { loadSite } from '../../daemon/load-site.ts';
import { createDocumentCache } from '../../desired/document-cache.ts';
import { draftCommit } from '../../git/commit-tree.ts';
import type { Source } from '../../git/source.ts';
import { formatText } from '../../plan/format-text.ts';
import { remainders, sayRemainders } from '../../plan/going-back.ts';
import { shortCommit } from '../../plan/say-age.ts';
import { type Context, note, say } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { planChange } from '../live-plan.ts';
import { type CommitOptions, forgeOf, makeCommit } from '../make-commit.ts';
import { addEditOptions } from '../options.ts';
import { paintFor } from '../paint.ts';
import { locate, openLocalSource } from '../repository.ts';
import { countProblems, sayProblems } from '../say-problems.ts';
import { examples } from '../verb.ts';

/** All that is read of a site but `secrets/`: the passwords of back then open nothing any more. */
const DIRECTORIES = ['inventory', 'profiles'];

export function configure(command: Command): void {
  command.argument('<commit>', 'the commit whose inventory/ and profiles/ are to be in force again');
  addEditOptions(command);
  command.addHelpText(
    'after',
    `
Makes a new commit on top; history stays as it is. Other files, such as secrets/ and the directories that images are built
from, are left alone. Lowering a generation reinstalls nothing: what that leaves as it is, is said before.`,
  );
  examples(command, 'rollback HEAD~1 --dry-run', 'rollback 1a2b3c4d5e -m "Back to before the new kernel"');
}

export async function run(
  context: Context,
  [revision = '']: readonly string[],
  options: CommitOptions,
): Promise<ExitCode> {
  const location = await locate(context, options.repo);
  const source = await openLocalSource(context, location);
  try {
    return await goBack(context, options, { location, source, revision });
  } finally {
    source.close();
  }
}

interface Way {
  location: string;
  source: Source;
  revision: string;
}

async function goBack(
  context: Context,
  options: CommitOptions,
  { location, source, revision }: Way,
): Promise<ExitCode> {
  const [base, from] = [await source.resolve('HEAD'), await source.resolve(revision)];
  const target = await source.readCommit(from);
  const message = options.message ?? messageFor(from, target.subject);
  const change = { location, base, message, change: { directories: DIRECTORIES, from } };
  const draft = await draftCommit({ ...change, env: context.env });
  if (draft === null) {
    say(context, 'Git says that already; nothing to commit');
    return EXIT.ok;
  }
  const cache = createDocumentCache();
  const [now, then] = [await loadSite(source, cache, base), await loadSite(source, cache, draft)];
  if (!then.site) {
    context.stdout.write(sayProblems(context, then.problems));
    note(context, `refused, the result would not be valid: ${countProblems(then.problems)}`);
    return EXIT.refused;
  }
  if (!now.site) {
    note(context, `the last commit is not valid, so there is no plan from it: it mends that to go back`);
    return makeCommit(context, options, { planned: null, forge: null, notes: '' }, change);
  }
  // Of the same machines, where the daemon cannot know the new commit.
  const commits = async () => [draft, from];
  const step = { source, previous: now.site, site: then.site, commits };
  const planned = await planChange(context, options, step);
  const { plan, ...basis } = planned;
  const files = (await source.changedPaths(base, draft)).length;
  const what = `${files} file${files === 1 ? '' : 's'} below ${DIRECTORIES.join('/ and ')}/`;
  say(context, `Back to ${shortCommit(from)} by ${target.author}: ${target.subject} (${what})\n`);
  context.stdout.write(formatText(plan, { now: context.now(), paint: paintFor(context), ...basis }));
  const left = remainders(now.site, then.site);
  const notes = sayRemainders(left);
  if (notes !== '') say(context, `\n${sayRemainders(left, paintFor(context)).trimEnd()}`);
  return makeCommit(context, options, { planned, forge: forgeOf(now.site), notes }, change);
}

function messageFor(id: string, subject: string): string {
  return `Go back to ${shortCommit(id)}: ${subject}\n\nAll of ${DIRECTORIES.join('/ and ')}/ is as it was at ${id}.`;
}
