import type { Command } from 'commander';
import { nearest } from '../../desired/nearest.ts';
import { COMMIT_REASONS, chooseCommits, commitHistory } from '../../ledger/commit-history.ts';
import type { ImageView } from '../../model/api.ts';
import type { Timeline } from '../../model/timeline.ts';
import { installsOf } from '../../timeline/timeline.ts';
import { allEvents } from '../all-events.ts';
import { type Client, connect } from '../client.ts';
import { commitLines } from '../commit-history.ts';
import { type Context, note, say } from '../context.ts';
import { CliError } from '../errors.ts';
import { MOST_EVENTS, type TimeArgument, timeArgument, timeOf } from '../event-options.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { HISTORY_REASONS, imageHistory } from '../image-history.ts';
import { periodLines } from '../image-history-text.ts';
import {
  addClientOption,
  addOutputOption,
  addUtcOption,
  type ClientOptions,
  type TimeOptions,
} from '../options.ts';
import { writeObject } from '../output.ts';
import { paintFor } from '../paint.ts';
import { timelineLines } from '../timeline-text.ts';
import { timesOf } from '../times.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions, TimeOptions {
  output?: string;
  all?: boolean;
  full?: boolean;
  commit?: string;
  since?: TimeArgument;
  until?: TimeArgument;
}

export function configure(command: Command): void {
  command
    .argument('[node]', 'the node whose installs are told; or the word image; without it, commits are')
    .argument('[image]', 'the image whose digests are told, with the nodes that were installed with them')
    .option('--full', 'of a node, also all that happened, line by line')
    .option('--commit <id>', 'only this commit, or what it installed; its first digits will do')
    .option('--since <time>', 'what lasted beyond this time: 10m, 2h, or 2026-06-01T12:00', timeArgument)
    .option('--until <time>', 'what had begun by this time', timeArgument)
    .option('--all', 'of commits, also those that were refused');
  addOutputOption(command, 'json', 'yaml');
  addUtcOption(addClientOption(command));
  examples(
    command,
    'history',
    'history --all --since 30d',
    'history sip-n01',
    'history sip-n01 --full --since 7d',
    'history sip-n01 -o json',
    'history image redis',
  );
}

export async function run(
  context: Context,
  [name, image]: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const client = await connect(context, options);
  if (name === undefined) return tellCommits(context, client, options);
  if (image !== undefined) return tellImage(context, client, name, image, options);
  return tellNode(context, client, name, options);
}

async function tellNode(context: Context, client: Client, name: string, options: Options): Promise<ExitCode> {
  const { full = false } = options;
  const now = context.now();
  const query = { ...chosen(options, now), limit: MOST_EVENTS };
  const timeline = await client.get<Timeline>(`/nodes/${encodeURIComponent(name)}/timeline`, query);
  if (await writeObject(context, options.output, full ? timeline : installsOf(timeline.chapters)))
    return EXIT.ok;
  const lines = timelineLines(timeline, {
    times: timesOf(context, options),
    paint: paintFor(context),
    now,
    full,
  });
  if (lines.length === 0) note(context, `the journal knows of no install of ${timeline.node}`);
  for (const line of lines) say(context, line);
  return EXIT.ok;
}

function chosen({ commit, since, until }: Options, now: number) {
  return { commit, since: since && timeOf(since, now), until: until && timeOf(until, now) };
}

async function tellCommits(context: Context, client: Client, options: Options): Promise<ExitCode> {
  const all = chooseCommits(
    commitHistory(await allEvents(client, COMMIT_REASONS)),
    chosen(options, context.now()),
  );
  const shown = options.all ? all : all.filter(({ outcome }) => outcome === 'in force');
  if (await writeObject(context, options.output, shown)) return EXIT.ok;
  if (shown.length === 0) note(context, 'no such commit was ever in force');
  const times = timesOf(context, options);
  for (const past of shown)
    for (const line of commitLines(past, times, paintFor(context), context.now())) say(context, line);
  return EXIT.ok;
}

async function tellImage(
  context: Context,
  client: Client,
  kind: string,
  image: string,
  options: Options,
): Promise<ExitCode> {
  if (kind !== 'image')
    throw new CliError(EXIT.usage, `there is no history of a ${kind}`, 'write: history image NAME');
  const history = imageHistory(image, await allEvents(client, HISTORY_REASONS));
  const { periods, untold } = history;
  if (periods.length === 0) await mustBeDeclared(client, image);
  if (await writeObject(context, options.output, history)) return EXIT.ok;
  if (periods.length === 0) note(context, `the journal knows of no copy of ${image}`);
  const times = timesOf(context, options);
  for (const period of periods)
    for (const line of periodLines(period, times, paintFor(context), context.now())) say(context, line);
  if (untold > 0)
    note(context, `${untold} installs are older than this record: which images they had is not known`);
  return EXIT.ok;
}

async function mustBeDeclared(client: Client, image: string): Promise<void> {
  const names = (await client.get<ImageView[]>('/images')).map(({ name }) => name);
  if (names.includes(image)) return;
  const guess = nearest(image, names);
  const hint = guess ? `did you mean: ${guess}` : 'see: barewright get images';
  throw new CliError(EXIT.error, `there is no image ${image}, and there never was`, hint);
}
