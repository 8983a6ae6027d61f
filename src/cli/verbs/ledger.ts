import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import type { LedgerEntry, RackAt } from '../../model/ledger.ts';
import { type Client, connect } from '../client.ts';
import { type Context, note } from '../context.ts';
import { CliError } from '../errors.ts';
import { type TimeArgument, timeArgument, timeOf } from '../event-options.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ledgerCsv, ledgerTable, rackText } from '../ledger-text.ts';
import {
  addClientOption,
  addUtcOption,
  type ClientOptions,
  countArgument,
  type TimeOptions,
} from '../options.ts';
import { writeObject } from '../output.ts';
import { paintFor } from '../paint.ts';
import { timesOf } from '../times.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions, TimeOptions {
  output?: 'json' | 'yaml' | 'csv';
  node?: string;
  pool?: string;
  commit?: string;
  profile?: string;
  since?: TimeArgument;
  until?: TimeArgument;
  limit?: number;
}

/** The daemon answers with no more at once. */
const MOST = 100_000;

export function configure(command: Command): void {
  command
    .addArgument(
      new Argument('[action]', 'export: all, for other programs; at: the rack as it was').choices([
        'export',
        'at',
      ]),
    )
    .argument('[time]', 'with at: 2h, 30d, or 2026-06-01T12:00')
    .addOption(new Option('-o, --output <format>', 'form of the answer').choices(['json', 'yaml', 'csv']))
    .option('--node <name>', 'only installs of this node')
    .option('--pool <name>', 'only installs of nodes of this pool')
    .option('--commit <id>', 'only what this commit asked for', commitArgument)
    .option('--profile <name>', 'only installs of this profile')
    .option('--since <time>', 'from this time on: 10m, 30d, or 2026-06-01T12:00', timeArgument)
    .option('--until <time>', 'up to this time', timeArgument)
    .option(
      '--limit <count>',
      'at most this many, the newest (default: 50, of an export all)',
      countArgument,
    );
  addUtcOption(addClientOption(command));
  examples(
    command,
    'ledger --node sip-n01',
    'ledger export -o csv --since 90d',
    'ledger at 2026-06-01T12:00',
    'ledger at 7d -o json',
  );
}

function commitArgument(text: string): string {
  if (!/^[0-9a-f]{4,64}$/.test(text)) throw new InvalidArgumentError('Write a commit, or its first digits.');
  return text;
}

export async function run(
  context: Context,
  [action, time]: readonly string[],
  options: Options,
): Promise<ExitCode> {
  if (action !== 'at' && time !== undefined)
    throw usage(`ledger ${action} takes no time`, 'use --since and --until');
  if (action === 'at') return tellRack(context, timeOfRack(context, time), options);
  const client = await connect(context, options);
  const entries = await ask(context, client, action === 'export', options);
  if (options.output === 'csv') context.stdout.write(ledgerCsv(entries));
  else if (!(await writeObject(context, options.output ?? (action && 'json'), entries))) {
    if (entries.length === 0) note(context, 'the ledger has no such install');
    else context.stdout.write(ledgerTable(entries, lookOf(context, options)));
  }
  return EXIT.ok;
}

async function ask(
  context: Context,
  client: Client,
  isExport: boolean,
  { node, pool, commit, profile, since, until, limit = isExport ? MOST : 50 }: Options,
): Promise<LedgerEntry[]> {
  const now = context.now();
  const entries = await client.get<LedgerEntry[]>('/ledger', {
    ...{ node, pool, commit, profile, limit: Math.min(limit, MOST) },
    since: since && timeOf(since, now),
    until: until && timeOf(until, now),
  });
  if (entries.length === MOST) {
    note(context, `these are the newest ${MOST}; ask for older ones with --until`);
  }
  return entries;
}

function timeOfRack(context: Context, text: string | undefined): number {
  if (text === undefined)
    throw usage('at which time?', 'write: ledger at 2026-06-01T12:00, or: ledger at 7d');
  try {
    return timeOf(timeArgument(text), context.now());
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw usage(`${text} is no time`, error.message);
    throw error;
  }
}

async function tellRack(context: Context, time: number, options: Options): Promise<ExitCode> {
  if (options.output === 'csv') throw usage('the rack of a time is no list', 'use -o json or -o yaml');
  const client = await connect(context, options);
  const rack = await client.get<RackAt>('/ledger/at', { time });
  if (await writeObject(context, options.output, rack)) return EXIT.ok;
  if (rack.nodes.length === 0) note(context, 'the ledger knows of no node at that time');
  context.stdout.write(rackText(rack, lookOf(context, options)));
  return EXIT.ok;
}

function lookOf(context: Context, options: Options) {
  return { times: timesOf(context, options), paint: paintFor(context) };
}

function usage(message: string, hint: string): CliError {
  return new CliError(EXIT.usage, message, hint);
}
