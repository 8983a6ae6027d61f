import { Argument, type Command } from 'commander';
import { loadSite } from '../../daemon/load-site.ts';
import { createDocumentCache } from '../../desired/document-cache.ts';
import { flowText } from '../../desired/edit.ts';
import type { Site } from '../../model/desired.ts';
import { sayNames } from '../../plan/fold-names.ts';
import { type Context, note } from '../context.ts';
import { editSite, type SiteEdit } from '../edit-site.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommitOptions } from '../make-commit.ts';
import { addEditOptions, addOutputOption, listArgument } from '../options.ts';
import { writeObject } from '../output.ts';
import { locate, openLocalSource } from '../repository.ts';
import { countProblems, sayProblems } from '../say-problems.ts';
import { selectNodes, unknown } from '../select-nodes.ts';
import { formatTable } from '../table.ts';
import { examples } from '../verb.ts';

interface Options extends CommitOptions {
  description?: string;
  profile?: string;
  from?: string;
  to?: string;
  label?: string[];
  output?: string;
}

export function configure(command: Command): void {
  command
    .addArgument(new Argument('<action>', 'what to do').choices(['list', 'create', 'move']))
    .argument('[name...]', 'create: the new pool; move: nodes')
    .option('--description <text>', 'create: for people')
    .option('--profile <name>', 'create: what its nodes are installed with, where they do not say it')
    .option('--to <pool>', 'move: where to')
    .option('--from <pool>', 'move: all nodes of this pool')
    .option(
      '-l, --label <label=value>',
      'move: all nodes with the label; several must all fit',
      listArgument,
    );
  addOutputOption(addEditOptions(command), 'json', 'yaml');
  command.addHelpText(
    'after',
    `
A node takes over what its pool says of profile, generation and power where it says nothing itself. Moved to a pool with
another profile it is reinstalled; the plan says so before the commit is made.`,
  );
  examples(
    command,
    'pool list',
    'pool create spare --description "nodes without a task" --profile base',
    'pool move sip-n07 sip-n08 --to spare',
    'pool move --from spare --to sip --dry-run',
  );
}

export async function run(
  context: Context,
  [action = '', ...names]: readonly string[],
  options: Options,
): Promise<ExitCode> {
  switch (action) {
    case 'create':
      return create(context, names, options);
    case 'move':
      return move(context, names, options);
    default:
      if (names.length > 0) throw new CliError(EXIT.usage, 'pool list takes no names');
      return list(context, options);
  }
}

async function create(context: Context, names: readonly string[], options: Options): Promise<ExitCode> {
  const [name] = names;
  if (name === undefined || names.length > 1)
    throw new CliError(EXIT.usage, 'one pool is made at a time', 'such as: barewright pool create spare');
  const { description, profile } = options;
  const spec = [
    ...(description === undefined ? [] : [`  description: ${flowText(description)}\n`]),
    ...(profile === undefined ? [] : [`  defaults: ${flowText({ install: { profile } })}\n`]),
  ];
  const text = `apiVersion: barewright.dev/v1
kind: Pool
metadata: ${flowText({ name })}
spec:${spec.length === 0 ? ' {}\n' : `\n${spec.join('')}`}`;
  const document = { kind: 'Pool', file: 'inventory/pools.yaml', text } as const;
  return editSite(
    context,
    options,
    (site) => {
      if (site?.pools.has(name))
        throw new CliError(EXIT.refused, `there is a pool ${name} already`, 'see: barewright pool list');
      return [document];
    },
    () => `Create pool ${name}`,
  );
}

async function move(context: Context, names: readonly string[], options: Options): Promise<ExitCode> {
  const { to, from, label } = options;
  if (to === undefined) throw new CliError(EXIT.usage, 'the pool to move to is not said', 'add: --to POOL');
  const select = { ...(from === undefined ? {} : { pool: from }), ...(label === undefined ? {} : { label }) };
  const moved = (site: Site | null) => selectNodes(site, names, select);
  const edits = (site: Site | null): SiteEdit[] => {
    const all = moved(site);
    if (!site?.pools.has(to)) throw unknown('pool', to, site?.pools.keys() ?? []);
    return all
      .filter((name) => site.nodes.get(name)?.pool !== to)
      .map((name) => ({ kind: 'Node', name, path: ['spec', 'pool'], value: to }));
  };
  return editSite(context, options, edits, (site) => `Move ${sayNames(moved(site), 6)} to pool ${to}`);
}

interface PoolEntry {
  name: string;
  description: string;
  nodes: string[];
  /** What its nodes are to carry, each name once. */
  profiles: string[];
}

/** Of the last commit. */
async function list(context: Context, options: Options): Promise<ExitCode> {
  const source = await openLocalSource(context, await locate(context, options.repo));
  try {
    const { site, problems } = await loadSite(source, createDocumentCache(), await source.head());
    if (!site) {
      context.stdout.write(sayProblems(context, problems));
      note(context, `the last commit is not valid: ${countProblems(problems)}`);
      return EXIT.refused;
    }
    const pools = [...site.pools.values()].map((pool) => entryOf(site, pool));
    if (await writeObject(context, options.output, pools)) return EXIT.ok;
    const rows = pools.map(({ name, nodes, profiles, description }) => [
      ...[name, String(nodes.length), profiles.join(', ') || '-', sayNames(nodes, 6) || '-'],
      description || '-',
    ]);
    context.stdout.write(formatTable(['NAME', 'NODES', 'PROFILES', 'WHICH', 'DESCRIPTION'], rows));
    return EXIT.ok;
  } finally {
    source.close();
  }
}

function entryOf(site: Site, { name, description }: { name: string; description: string }): PoolEntry {
  const nodes = [...site.nodes.values()].filter(({ pool }) => pool === name);
  const profiles = [...new Set(nodes.map(({ profile }) => profile))];
  return { name, description, nodes: nodes.map((node) => node.name), profiles };
}
