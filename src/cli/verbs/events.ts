import type { Command } from 'commander';
import type { Event } from '../../model/event.ts';
import { foldLines } from '../../timeline/fold-lines.ts';
import { connect } from '../client.ts';
import { type Context, note } from '../context.ts';
import { sayLine } from '../event-lines.ts';
import { addEventOptions, type EventOptions, queryOf } from '../event-options.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import {
  addClientOption,
  addOutputOption,
  addUtcOption,
  type ClientOptions,
  type TimeOptions,
} from '../options.ts';
import { writeObject } from '../output.ts';
import { paintFor } from '../paint.ts';
import { formatTable } from '../table.ts';
import { tellLog } from '../tell-log.ts';
import { timesOf } from '../times.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions, TimeOptions, EventOptions {
  output?: string;
  follow?: boolean;
}

const NEWEST = 100;

export function configure(command: Command): void {
  command
    .argument('[node]', 'only events of this node')
    .option('-f, --follow', 'go on with what comes, line by line, until Ctrl-C');
  addEventOptions(command);
  addOutputOption(command, 'wide', 'json', 'yaml');
  addUtcOption(addClientOption(command));
  examples(
    command,
    'events sip-n01 --since 2h',
    'events --reason Stuck,AttemptFailed',
    'events --commit 1a2b3c4d -o wide',
    "events --search 'answers fetched' --pool sip",
    'events --severity warning --since 1d',
    'events -f --reason PowerIntent,PowerResult',
  );
}

export async function run(context: Context, [node]: readonly string[], options: Options): Promise<ExitCode> {
  const client = await connect(context, options);
  const query = { limit: NEWEST, ...withoutUndefined(queryOf(options, node, context.now())) };
  if (options.follow) return tellLog(context, client, query, options);
  const events = await client.get<Event[]>('/events', query);
  if (await writeObject(context, options.output, events)) return EXIT.ok;
  if (events.length === 0) note(context, 'there is none');
  else context.stdout.write(table(context, events, options));
  return EXIT.ok;
}

function table(context: Context, events: readonly Event[], { output, utc = false }: Options): string {
  const times = timesOf(context, { utc });
  const paint = paintFor(context);
  const wide = output === 'wide';
  const header = ['TIME', 'NODE', 'PHASE', 'REASON'];
  const rows = foldLines(events).map((line) => {
    const { id, time, node, phase, reason, commit, attempt, actor } = line.first;
    const more = [String(id), commit?.slice(0, 10) ?? '-', attempt === null ? '-' : String(attempt), actor];
    const said = sayLine(line, paint);
    return [times.at(time), node ?? '-', phase ?? '-', reason, ...(wide ? more : []), said];
  });
  return formatTable([...header, ...(wide ? ['ID', 'COMMIT', 'ATTEMPT', 'ACTOR'] : []), 'MESSAGE'], rows);
}

function withoutUndefined<T extends object>(query: T): T {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as T;
}
