import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { sortNatural } from '../../desired/natural-order.ts';
import { nearest } from '../../desired/nearest.ts';
import type { ImageView, NodeView } from '../../model/api.ts';
import { PHASES } from '../../model/phase.ts';
import { type CatalogueKind, catalogue } from '../../plan/catalogue.ts';
import { catalogueTable, type Listed } from '../catalogue-table.ts';
import { connect } from '../client.ts';
import { type Context, note, say } from '../context.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { imageTable } from '../image-table.ts';
import { getNodes } from '../node-calls.ts';
import { nodeTable } from '../node-table.ts';
import {
  addClientOption,
  addOutputOption,
  addUtcOption,
  type ClientOptions,
  listArgument,
  type TimeOptions,
} from '../options.ts';
import { writeObject } from '../output.ts';
import { paintFor } from '../paint.ts';
import { sayProblems } from '../say-problems.ts';
import { hasLabels } from '../select-nodes.ts';
import { resolveDirectory, uncommitted } from '../site-texts.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions, TimeOptions {
  site?: string;
  pool?: string;
  phase?: string;
  label?: string[];
  output?: string;
}

const KINDS = ['nodes', 'pools', 'profiles', 'images', 'stacks'] as const;
type Kind = (typeof KINDS)[number];

export function configure(command: Command): void {
  command
    .argument('<kind>', `${KINDS.join(', ')}; the singular will do`)
    .argument('[name...]', 'only these')
    .option('--pool <name>', 'only nodes of this pool')
    .addOption(new Option('--phase <phase>', 'only nodes in this phase').choices(PHASES))
    .option('-l, --label <label=value>', 'only nodes with the label; may be repeated', listArgument);
  command.option(
    '--site <dir>',
    'read this directory instead of asking the daemon; not for nodes and images',
  );
  addOutputOption(command, 'wide', 'json', 'yaml', 'name');
  addUtcOption(addClientOption(command));
  examples(
    command,
    'get nodes --pool sip -o wide',
    'get nodes --phase stuck',
    'get nodes -l rack=r1 -o name',
    'get stacks -o wide --site .',
  );
}

export async function run(
  context: Context,
  [word = '', ...names]: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const kind = kindOf(word);
  if (options.site !== undefined && (kind === 'nodes' || kind === 'images')) {
    throw new CliError(EXIT.usage, `what ${kind} are is known to the daemon only`, 'leave --site out');
  }
  if (kind === 'images') {
    const all = await (await connect(context, options)).get<ImageView[]>('/images');
    const columns = context.isTTY && options.output !== 'wide' ? context.columns : undefined;
    const table = (found: readonly ImageView[]) => imageTable(found, paintFor(context), columns);
    return show(context, options, pick(all, names, kind), table);
  }
  if (kind !== 'nodes') {
    const all = await listOf(context, kind, options);
    const table = (items: readonly Listed[]) => catalogueTable(kind, items, options.output === 'wide');
    return show(context, options, pick(all, names, kind), table);
  }
  const client = await connect(context, options);
  const nodes = (await getNodes(client, names)).filter((node) => isWanted(node, options));
  return show(context, options, nodes, (found) => nodeTable(context, found, options));
}

/** Of the site in force; or of files as they lie there, where all of them are in order. */
async function listOf(context: Context, kind: CatalogueKind, options: Options): Promise<Listed[]> {
  if (options.site === undefined) return (await connect(context, options)).get<Listed[]>(`/${kind}`);
  const dir = resolve(context.cwd, options.site);
  const { site, problems } = await resolveDirectory(dir, uncommitted('', '', context.now()));
  if (site) return catalogue(site, kind).map((item) => ({ ...item }));
  context.stdout.write(sayProblems(context, problems));
  throw new CliError(EXIT.refused, `${dir} has no valid site`, 'mend what is listed above');
}

function kindOf(word: string): Kind {
  const kind = KINDS.find((known) => known === word || known === `${word}s`);
  if (kind) return kind;
  const guess = nearest(word, KINDS);
  const hint = guess ? `did you mean: barewright get ${guess}` : `one of ${KINDS.join(', ')}`;
  throw new CliError(EXIT.usage, `there is no list of ${word}`, hint);
}

function pick<T extends { name: string }>(all: T[], names: readonly string[], kind: string): T[] {
  if (names.length === 0) return all;
  return names.map((name) => {
    const found = all.find((item) => item.name === name);
    if (found) return found;
    const guess = nearest(
      name,
      all.map((item) => item.name),
    );
    const hint = guess ? `did you mean: ${guess}` : '';
    throw new CliError(EXIT.error, `there is no ${name} among the ${kind}`, hint);
  });
}

function isWanted(node: NodeView, { pool, phase, label = [] }: Options): boolean {
  if (pool !== undefined && node.pool !== pool) return false;
  if (phase !== undefined && node.phase !== phase) return false;
  return hasLabels(node.labels, label);
}

async function show<T extends { name: string }>(
  context: Context,
  { output }: Options,
  items: readonly T[],
  table: (items: readonly T[]) => string,
): Promise<ExitCode> {
  const sorted = sortNatural(items, ({ name }) => name);
  if (output === 'name') {
    for (const { name } of sorted) say(context, name);
  } else if (!(await writeObject(context, output, sorted))) {
    if (sorted.length === 0) note(context, 'there is none');
    else context.stdout.write(table(sorted));
  }
  return EXIT.ok;
}
