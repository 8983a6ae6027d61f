import { type Command, Option } from 'commander';
import { sortNatural } from '../../desired/natural-order.ts';
import { nearest } from '../../desired/nearest.ts';
import type { ImageView, NodeView } from '../../model/api.ts';
import { PHASES } from '../../model/phase.ts';
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
import { formatTable } from '../table.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions, TimeOptions {
  pool?: string;
  phase?: string;
  label?: string[];
  output?: string;
}

type Listed = Record<string, unknown> & { name: string };

const KINDS = ['nodes', 'pools', 'profiles', 'images', 'stacks'];

export function configure(command: Command): void {
  command
    .argument('<kind>', `${KINDS.join(', ')}; the singular will do`)
    .argument('[name...]', 'only these')
    .option('--pool <name>', 'only nodes of this pool')
    .addOption(new Option('--phase <phase>', 'only nodes in this phase').choices(PHASES))
    .option('-l, --label <label=value>', 'only nodes with the label; may be repeated', listArgument);
  addOutputOption(command, 'wide', 'json', 'yaml', 'name');
  addUtcOption(addClientOption(command));
  examples(
    command,
    'get nodes --pool sip -o wide',
    'get nodes --phase stuck',
    'get nodes -l rack=r1 -o name',
  );
}

export async function run(
  context: Context,
  [word = '', ...names]: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const kind = kindOf(word);
  const client = await connect(context, options);
  if (kind === 'images') {
    const all = await client.get<ImageView[]>('/images');
    const columns = context.isTTY && options.output !== 'wide' ? context.columns : undefined;
    const table = (found: readonly ImageView[]) => imageTable(found, paintFor(context), columns);
    return show(context, options, pick(all, names, kind), table);
  }
  if (kind !== 'nodes') {
    const all = await client.get<Listed[]>(`/${kind}`);
    return show(context, options, pick(all, names, kind), listTable);
  }
  const nodes = (await getNodes(client, names)).filter((node) => isWanted(node, options));
  return show(context, options, nodes, (found) => nodeTable(context, found, options));
}

function kindOf(word: string): string {
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
  return label.every((text) => {
    const [name = '', value] = text.split(/=(.*)/s);
    const own = node.labels[name];
    return value === undefined ? own !== undefined : own === value;
  });
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

/** A column for each field that is a plain value in any of them. */
function listTable(items: readonly Listed[]): string {
  const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
  const fields = new Set(['name']);
  for (const item of items) {
    for (const [field, value] of Object.entries(item)) if (isPlain(value)) fields.add(field);
  }
  // Free text is last, where it pushes nothing aside.
  const columns = [...fields].filter((field) => field !== 'description');
  if (fields.has('description')) columns.push('description');
  return formatTable(
    columns.map((field) => field.toUpperCase()),
    items.map((item) => columns.map((field) => cellText(item[field]))),
  );
}

function cellText(value: unknown): string {
  const text = typeof value === 'object' || value === undefined ? '' : String(value);
  return /^[0-9a-f]{40,}$/.test(text) ? text.slice(0, 10) : text;
}
