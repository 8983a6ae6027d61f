import type { Command } from 'commander';
import type { Event } from '../../model/event.ts';
import type { Paint } from '../../plan/paint.ts';
import { shortCommit } from '../../plan/say-age.ts';
import { connect } from '../client.ts';
import { type Context, note, say } from '../context.ts';
import { MOST_EVENTS } from '../event-options.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
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
}

const REASONS = [
  ...['AttemptStarted', 'AttemptFailed', 'InstallSettled', 'Stuck'],
  ...['BootScriptServed', 'AnswersServed', 'InstallCompleted', 'Reported', 'SshChecked'],
].join(',');

export function configure(command: Command): void {
  command.argument('<node>', 'the node whose installs are told');
  addOutputOption(command, 'json', 'yaml');
  addUtcOption(addClientOption(command));
  examples(command, 'history sip-n01', 'history sip-n01 -o json');
}

export async function run(
  context: Context,
  [name = '']: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const client = await connect(context, options);
  const { name: node } = await getNode(client, name);
  const events = await client.get<Event[]>('/events', { node, reason: REASONS, limit: MOST_EVENTS });
  const installs = installsOf(events);
  if (await writeObject(context, options.output, installs)) return EXIT.ok;
  if (installs.length === 0) note(context, `the journal knows of no install of ${node}`);
  const times = timesOf(context, options);
  for (const install of installs) sayInstall(context, install, times, paintFor(context));
  return EXIT.ok;
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
