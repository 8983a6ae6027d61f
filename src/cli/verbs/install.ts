import type { Command } from 'commander';
import { sortNatural } from '../../desired/natural-order.ts';
import { nearest } from '../../desired/nearest.ts';
import type { Site } from '../../model/desired.ts';
import { sayNames } from '../../plan/fold-names.ts';
import type { Context } from '../context.ts';
import { editSite, type FieldEdit } from '../edit-site.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommitOptions } from '../make-commit.ts';
import { addEditOptions } from '../options.ts';
import { examples } from '../verb.ts';

interface Options extends CommitOptions {
  profile?: string;
}

export function configure(command: Command): void {
  command
    .argument('<node...>', 'nodes to reinstall; their disks are lost')
    .option('--profile <name>', 'install this profile instead');
  addEditOptions(command);
  examples(
    command,
    'install sip-n01 -m "Reinstall sip-n01 after the disk was replaced"',
    'install sip-n01 sip-n02 --profile docker --dry-run',
  );
}

export async function run(context: Context, nodes: readonly string[], options: Options): Promise<ExitCode> {
  const names = sortNatural(new Set(nodes), (name) => name);
  const what = options.profile === undefined ? '' : ` with ${options.profile}`;
  const edits = (site: Site | null) => names.flatMap((name) => raise(site, name, options.profile));
  return editSite(context, options, edits, `Reinstall ${sayNames(names)}${what}`);
}

/** One more than what is in force, wherever that was written: the node's own value wins over its pool's and the site's. */
function raise(site: Site | null, name: string, profile: string | undefined): FieldEdit[] {
  if (!site) {
    throw new CliError(EXIT.refused, 'the last commit is not valid', 'see: barewright validate --ref HEAD');
  }
  const node = site.nodes.get(name);
  if (!node) {
    const guess = nearest(name, site.nodes.keys());
    const hint = guess ? `did you mean: ${guess}` : '';
    throw new CliError(EXIT.error, `there is no node ${name} in the last commit`, hint);
  }
  const target = { kind: 'Node', name } as const;
  const install = (field: string) => ['spec', 'install', field];
  return [
    ...(profile === undefined ? [] : [{ ...target, path: install('profile'), value: profile }]),
    { ...target, path: install('generation'), value: node.generation + 1 },
  ];
}
