import type { Command } from 'commander';
import type { Site } from '../../model/desired.ts';
import { sayNames } from '../../plan/fold-names.ts';
import { connect } from '../client.ts';
import { type Context, say } from '../context.ts';
import { editSite } from '../edit-site.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type CommitOptions, needCommit } from '../make-commit.ts';
import { postNode } from '../node-calls.ts';
import { addEditOptions, durationArgument } from '../options.ts';
import { addSelectOptions, type SelectOptions, selectFrom, selectNodes } from '../select-nodes.ts';
import { timesOf } from '../times.ts';
import { examples } from '../verb.ts';

interface Options extends CommitOptions, SelectOptions {
  why: string;
  for?: number;
  commit?: boolean;
}

export function configure(command: Command): void {
  command
    .argument('[node...]', 'nodes that nothing is to be done to')
    .requiredOption('--why <text>', 'reason, for whoever wonders')
    .option('--for <duration>', 'end by itself after 30m, 2h or 7d', durationArgument)
    .option('--commit', 'say it in Git, by a commit, instead of to the daemon');
  addEditOptions(addSelectOptions(command));
  examples(
    command,
    'pause sip-n01 --why "fan replaced" --for 2h',
    'pause -l rack=r2 --why "rack is rewired" --commit',
  );
}

export async function run(context: Context, names: readonly string[], options: Options): Promise<ExitCode> {
  const until = options.for === undefined ? null : context.now() + options.for;
  if (options.commit) return pauseInGit(context, names, options, until);
  needCommit(options);
  const client = await connect(context, options);
  for (const name of await selectFrom(client, names, options)) {
    await postNode(client, name, 'pause', { why: options.why, until });
    const end = until === null ? `barewright resume ${name}` : timesOf(context).at(until);
    say(context, `${name} is paused until ${end}`);
  }
  return EXIT.ok;
}

async function pauseInGit(
  context: Context,
  names: readonly string[],
  options: Options,
  until: number | null,
): Promise<ExitCode> {
  const end = until === null ? {} : { until: new Date(until).toISOString().replace(/\.\d+Z$/, 'Z') };
  const value = { reason: options.why, ...end };
  const selected = (site: Site | null) => selectNodes(site, names, options);
  const path = ['spec', 'paused'];
  return editSite(
    context,
    options,
    (site) => selected(site).map((name) => ({ kind: 'Node' as const, name, path, value })),
    (site) => `Pause ${sayNames(selected(site), 6)}: ${options.why}`,
  );
}
