import type { Command } from 'commander';
import type { Site } from '../../model/desired.ts';
import { sayNames } from '../../plan/fold-names.ts';
import type { Context } from '../context.ts';
import { editSite, type FieldEdit } from '../edit-site.ts';
import type { ExitCode } from '../exit-codes.ts';
import { connectIfThere, ifReachable } from '../live-plan.ts';
import type { CommitOptions } from '../make-commit.ts';
import { getNodes } from '../node-calls.ts';
import { addEditOptions } from '../options.ts';
import { addSelectOptions, type SelectOptions, selectNodes } from '../select-nodes.ts';
import { examples } from '../verb.ts';

interface Options extends CommitOptions, SelectOptions {
  profile?: string;
}

export function configure(command: Command): void {
  command
    .argument('[node...]', 'nodes to reinstall; their disks are lost')
    .option('--profile <name>', 'install this profile instead');
  addEditOptions(addSelectOptions(command));
  examples(
    command,
    'install sip-n01 -m "Reinstall sip-n01 after the disk was replaced"',
    'install sip-n01 sip-n02 --profile docker --dry-run',
    'install -l rack=r2 --branch new-rack',
  );
}

export async function run(context: Context, nodes: readonly string[], options: Options): Promise<ExitCode> {
  const carried = await carriedGenerations(context, options);
  const what = options.profile === undefined ? '' : ` with ${options.profile}`;
  const edits = (site: Site | null) =>
    selectNodes(site, nodes, options).flatMap((name) =>
      raise(site, name, options.profile, carried.get(name) ?? 0),
    );
  const message = (site: Site | null) => `Reinstall ${sayNames(selectNodes(site, nodes, options), 6)}${what}`;
  return editSite(context, options, edits, message);
}

/** As nodes have reported them to a daemon that runs here; after a roll-back they may be above what Git says. */
async function carriedGenerations(context: Context, options: Options): Promise<Map<string, number>> {
  const client = await connectIfThere(context, options);
  const nodes = client ? await ifReachable(options, getNodes(client, [])) : null;
  return new Map((nodes ?? []).map(({ name, record }) => [name, record?.generation ?? 0]));
}

/**
 * One more than what is in force, wherever that was written, and than what the node carries: a disk that carries what is asked for is
 * not written again. The node's own value wins over its pool's and the site's.
 */
function raise(site: Site | null, name: string, profile: string | undefined, carried: number): FieldEdit[] {
  const generation = Math.max(site?.nodes.get(name)?.generation ?? 0, carried);
  const target = { kind: 'Node', name } as const;
  const install = (field: string) => ['spec', 'install', field];
  return [
    ...(profile === undefined ? [] : [{ ...target, path: install('profile'), value: profile }]),
    { ...target, path: install('generation'), value: generation + 1 },
  ];
}
