import type { Command } from 'commander';
import { nearest } from '../../desired/nearest.ts';
import { COMMIT_REASONS, commitHistory } from '../../ledger/commit-history.ts';
import type { ImageView } from '../../model/api.ts';
import type { Event } from '../../model/event.ts';
import type { Paint } from '../../plan/paint.ts';
import { shortCommit } from '../../plan/say-age.ts';
import { allEvents } from '../all-events.ts';
import { type Client, connect } from '../client.ts';
import { commitLines } from '../commit-history.ts';
import { type Context, note, say } from '../context.ts';
import { CliError } from '../errors.ts';
import { MOST_EVENTS } from '../event-options.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { HISTORY_REASONS, imageHistory } from '../image-history.ts';
import { periodLines } from '../image-history-text.ts';
import { installsOf, type PastAttempt, type PastInstall } from '../install-history.ts';
import { getNode } from '../node-calls.ts';
import {
  addClientOption,
  addOutputOption,
  addUtcOption,
  type ClientOptions,
  type TimeOptions,
} from '../options.ts';
import { writeObject } from '../output.ts';
import { paintFor } from '../paint.ts';
import { sayDuration, type Times, timesOf } from '../times.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions, TimeOptions {
  output?: string;
  all?: boolean;
}

const REASONS = [
  ...['AttemptStarted', 'AttemptFailed', 'InstallSettled', 'Stuck'],
  ...['BootScriptServed', 'AnswersServed', 'InstallCompleted', 'Reported', 'SshChecked'],
].join(',');

export function configure(command: Command): void {
  command
    .argument('[node]', 'the node whose installs are told; or the word image; without it, commits are')
    .argument('[image]', 'the image whose digests are told, with the nodes that were installed with them')
    .option('--all', 'of commits, also those that were refused');
  addOutputOption(command, 'json', 'yaml');
  addUtcOption(addClientOption(command));
  examples(
    command,
    'history',
    'history --all',
    'history sip-n01',
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
  const { name: node } = await getNode(client, name);
  const events = await client.get<Event[]>('/events', { node, reason: REASONS, limit: MOST_EVENTS });
  const installs = installsOf(events);
  if (await writeObject(context, options.output, installs)) return EXIT.ok;
  if (installs.length === 0) note(context, `the journal knows of no install of ${node}`);
  const times = timesOf(context, options);
  for (const install of installs) sayInstall(context, install, times, paintFor(context));
  return EXIT.ok;
}

async function tellCommits(context: Context, client: Client, options: Options): Promise<ExitCode> {
  const all = commitHistory(await allEvents(client, COMMIT_REASONS));
  const shown = options.all ? all : all.filter(({ outcome }) => outcome === 'in force');
  if (await writeObject(context, options.output, shown)) return EXIT.ok;
  if (shown.length === 0) note(context, 'no commit was ever in force');
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

function sayInstall(context: Context, install: PastInstall, times: Times, paint: Paint): void {
  const { target, attempts, outcome, startedAt, endedAt } = install;
  const took = sayDuration((endedAt ?? context.now()) - startedAt);
  const count = `${attempts.length} attempt${attempts.length === 1 ? '' : 's'}`;
  const what = `${target.profile} generation ${target.generation} (${target.change})`;
  const who = `${shortCommit(target.asked.id)} ${target.asked.author}`;
  const ended = { settled: paint.good('settled'), stuck: paint.danger('stuck'), 'under way': 'under way' }[
    outcome
  ];
  say(context, `${times.at(startedAt)}  ${paint.strong(what)}  ${who}  ${ended} after ${took}, ${count}`);
  for (const attempt of attempts) say(context, `    ${sayAttempt(context, attempt, times)}`);
}

function sayAttempt(context: Context, attempt: PastAttempt, times: Times): string {
  const { n, startedAt, endedAt, outcome, why, evidence } = attempt;
  let before = startedAt;
  const steps = evidence.map(({ what, at }) => {
    const step = `${what} +${sayDuration(at - before)}`;
    before = at;
    return step;
  });
  const end = `${outcome} after ${sayDuration((endedAt ?? context.now()) - startedAt)}${why ? `: ${why}` : ''}`;
  return `attempt ${n}  ${times.at(startedAt)}  ${[...steps, end].join(', ')}`;
}
