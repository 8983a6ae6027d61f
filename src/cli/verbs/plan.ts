import { type Command, Option } from 'commander';
import type { Plan } from '../../model/plan.ts';
import { formatJson } from '../../plan/format-json.ts';
import { formatMarkdown } from '../../plan/format-markdown.ts';
import { formatText } from '../../plan/format-text.ts';
import { shortCommit } from '../../plan/say-age.ts';
import { commentPlan } from '../comment-plan.ts';
import { type Context, note } from '../context.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type OfflinePlan, planBetween } from '../offline-plan.ts';
import { addClientOption, type ClientOptions, countArgument } from '../options.ts';
import { writeObject } from '../output.ts';
import { paintFor } from '../paint.ts';
import { locate, openLocalSource } from '../repository.ts';
import { countProblems, sayProblems } from '../say-problems.ts';
import type { ForgeTokenOptions } from '../user-forge.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions, ForgeTokenOptions {
  from?: string;
  to?: string;
  repo?: string;
  format: 'text' | 'markdown' | 'json' | 'yaml';
  diffExitCode?: boolean;
  comment?: number;
  statusOn?: string;
}

export function configure(command: Command): void {
  command
    .option('--from <commit>', 'compare two commits without a daemon, every node assumed settled at this one')
    .option('--to <commit>', 'the commit to plan for (with a daemon: from the one in force)')
    .option('--repo <dir>', 'repository that --from and --to are read from')
    .addOption(
      new Option('-o, --format <format>', 'form of the plan')
        .choices(['text', 'markdown', 'json', 'yaml'])
        .default('text'),
    )
    .option('--diff-exit-code', 'exit with 2 when anything will be done or is held')
    .option(
      '--comment <number>',
      'with --from: keep the plan as a comment on this pull request',
      countArgument,
    )
    .option('--status-on <commit>', 'with --comment: set the status barewright/plan of this commit')
    .option(
      '--token-file <file>',
      'with --comment: the token of the forge; default: $BAREWRIGHT_FORGE_TOKEN',
    );
  addClientOption(command);
  examples(
    command,
    'plan',
    'plan --to origin/change-disks',
    'plan --from origin/main --to HEAD --format markdown',
    'plan --from origin/main --to HEAD --comment 12 --status-on $HEAD_SHA',
  );
}

export async function run(context: Context, _args: readonly string[], options: Options): Promise<ExitCode> {
  if (options.from === undefined) needFrom(options);
  const made = options.from === undefined ? await online(context, options) : await offline(context, options);
  if (options.comment !== undefined && 'previous' in made) {
    await commentPlan(context, made, { ...options, comment: options.comment });
  }
  if (made.plan === null) {
    context.stdout.write(sayProblems(context, made.problems));
    note(context, `commit ${shortCommit(made.of)} has no plan: ${countProblems(made.problems)}`);
    return EXIT.refused;
  }
  await show(context, made.plan, options.format, made.basis);
  const { actions, images } = made.plan;
  const due = [...actions, ...images].some(({ effect }) => effect !== 'none');
  return options.diffExitCode && due ? EXIT.changes : EXIT.ok;
}

function needFrom({ comment, statusOn }: Options): void {
  if (comment === undefined && statusOn === undefined) return;
  const hint = 'with a daemon, the daemon itself comments: docs/review.md';
  throw new CliError(EXIT.usage, '--comment and --status-on go with --from only', hint);
}

async function online(context: Context, options: Options): Promise<{ plan: Plan; basis?: string }> {
  const { connect } = await import('../client.ts');
  const client = await connect(context, options);
  return { plan: await client.get<Plan>('/plan', { to: options.to }) };
}

async function offline(context: Context, { from = '', to = 'HEAD', repo }: Options): Promise<OfflinePlan> {
  const source = await openLocalSource(context, await locate(context, repo));
  try {
    return await planBetween(source, from, to, context.now());
  } finally {
    source.close();
  }
}

async function show(
  context: Context,
  plan: Plan,
  format: Options['format'],
  basis: string | undefined,
): Promise<void> {
  const options = { now: context.now(), ...(basis === undefined ? {} : { basis }) };
  switch (format) {
    case 'yaml':
      await writeObject(context, 'yaml', plan);
      return;
    case 'json':
      context.stdout.write(formatJson(plan));
      return;
    case 'markdown':
      context.stdout.write(formatMarkdown(plan, options));
      return;
    case 'text':
      context.stdout.write(formatText(plan, { ...options, paint: paintFor(context) }));
  }
}
