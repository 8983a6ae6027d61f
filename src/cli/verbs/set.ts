import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { editSite } from '../edit-site.ts';
import type { ExitCode } from '../exit-codes.ts';
import { parseAssignment, parseTarget } from '../field-path.ts';
import type { CommitOptions } from '../make-commit.ts';
import { addEditOptions } from '../options.ts';
import { examples } from '../verb.ts';

export function configure(command: Command): void {
  command
    .argument('<target>', 'a node, or KIND/NAME such as pool/sip')
    .argument('<field=value...>', 'fields below spec; also labels.NAME and metadata.FIELD');
  addEditOptions(command);
  examples(
    command,
    'set sip-n01 power=off -m "Off until the fan is replaced"',
    'set pool/sip defaults.install.profile=docker --dry-run',
    "set sip-n01 'paused={ reason: fan replaced }' labels.rack=r2",
  );
}

export async function run(
  context: Context,
  [target = '', ...assignments]: readonly string[],
  options: CommitOptions,
): Promise<ExitCode> {
  const { kind, name } = parseTarget(target);
  const edits = assignments.map((text) => ({ kind, name, ...parseAssignment(text) }));
  return editSite(context, options, () => edits, `Set ${assignments.join(', ')} of ${target}`);
}
