import type { Command } from 'commander';
import type { Site } from '../../model/desired.ts';
import { sayNames } from '../../plan/fold-names.ts';
import type { Context } from '../context.ts';
import { editSite } from '../edit-site.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { parseAssignment, parseTarget } from '../field-path.ts';
import type { CommitOptions } from '../make-commit.ts';
import { addEditOptions } from '../options.ts';
import { addSelectOptions, isSelecting, type SelectOptions, selectNodes } from '../select-nodes.ts';
import { examples } from '../verb.ts';

interface Options extends CommitOptions, SelectOptions {}

export function configure(command: Command): void {
  command
    .argument('<target>', 'a node, or KIND/NAME such as pool/sip; left out with --pool and -l')
    .argument('[field=value...]', 'fields below spec; also labels.NAME and metadata.FIELD');
  addEditOptions(addSelectOptions(command));
  examples(
    command,
    'set sip-n01 power=off -m "Off until the fan is replaced"',
    'set pool/sip defaults.install.profile=docker --dry-run',
    "set sip-n01 'paused={ reason: fan replaced }' labels.rack=r2",
    'set -l rack=r2 power=off',
  );
}

export async function run(context: Context, args: readonly string[], options: Options): Promise<ExitCode> {
  const assignments = isSelecting(options) ? args : args.slice(1);
  if (assignments.length === 0)
    throw new CliError(EXIT.usage, 'nothing is set', 'write FIELD=VALUE, such as power=off');
  const fields = assignments.map(parseAssignment);
  const said = `Set ${assignments.join(', ')} of`;
  if (!isSelecting(options)) {
    const [target = ''] = args;
    const place = parseTarget(target);
    return editSite(
      context,
      options,
      () => fields.map((field) => ({ ...place, ...field })),
      () => `${said} ${target}`,
    );
  }
  const names = (site: Site | null) => selectNodes(site, [], options);
  return editSite(
    context,
    options,
    (site) =>
      names(site).flatMap((name) => fields.map((field) => ({ kind: 'Node' as const, name, ...field }))),
    (site) => `${said} ${sayNames(names(site), 6)}`,
  );
}
