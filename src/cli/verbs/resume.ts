import type { Command } from 'commander';
import type { Site } from '../../model/desired.ts';
import { sayNames } from '../../plan/fold-names.ts';
import { connect } from '../client.ts';
import { type Context, say } from '../context.ts';
import { editSite, type SiteEdit } from '../edit-site.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type CommitOptions, needCommit } from '../make-commit.ts';
import { postNode } from '../node-calls.ts';
import { addEditOptions } from '../options.ts';
import { addSelectOptions, type SelectOptions, selectFrom, selectNodes } from '../select-nodes.ts';
import { examples } from '../verb.ts';

interface Options extends CommitOptions, SelectOptions {
  commit?: boolean;
}

export function configure(command: Command): void {
  command.argument('[node...]', 'paused nodes').option('--commit', 'end a pause that Git says, by a commit');
  addEditOptions(addSelectOptions(command));
  examples(command, 'resume sip-n01', 'resume sip-n01 --commit -m "The fan is in"');
}

export async function run(context: Context, names: readonly string[], options: Options): Promise<ExitCode> {
  if (options.commit) {
    return editSite(
      context,
      options,
      (site) => selectNodes(site, names, options).map((name) => unpaused(site, name)),
      (site) => `Resume ${sayNames(selectNodes(site, names, options), 6)}`,
    );
  }
  needCommit(options);
  const client = await connect(context, options);
  for (const name of await selectFrom(client, names, options)) {
    await postNode(client, name, 'resume');
    say(context, `${name} is no longer paused`);
  }
  return EXIT.ok;
}

function unpaused(site: Site | null, name: string): SiteEdit {
  const node = site?.nodes.get(name);
  if (node && !node.paused)
    throw new CliError(
      EXIT.refused,
      `${name} is not paused in Git`,
      `by a person it may be: barewright resume ${name}`,
    );
  return { kind: 'Node', name, path: ['spec', 'paused'], value: undefined };
}
