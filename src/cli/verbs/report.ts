import { type Command, Option } from 'commander';
import { FIGURE_WORDS } from '../../model/figure-words.ts';
import { REPORT_GROUPS, type Report, type ReportGroup } from '../../model/ledger.ts';
import { connect } from '../client.ts';
import type { Context } from '../context.ts';
import { type TimeArgument, timeArgument, timeOf } from '../event-options.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { addClientOption, type ClientOptions } from '../options.ts';
import { writeObject } from '../output.ts';
import { reportMarkdown, reportText } from '../report-text.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions {
  output: 'text' | 'markdown' | 'json' | 'yaml';
  since: TimeArgument;
  until?: TimeArgument;
  pool?: string;
  by?: ReportGroup;
}

export function configure(command: Command): void {
  command
    .addOption(
      new Option('--since <time>', 'from this time on, or from the begin of the journal')
        .argParser(timeArgument)
        .default(timeArgument('30d'), '30d'),
    )
    .option('--until <time>', 'up to this time (default: now)', timeArgument)
    .option('--pool <name>', 'only machines of this pool')
    .addOption(new Option('--by <group>', 'the figures of each, too').choices(REPORT_GROUPS))
    .addOption(
      new Option('-o, --output <format>', 'form of the answer')
        .choices(['text', 'markdown', 'json', 'yaml'])
        .default('text'),
    );
  addClientOption(command);
  const words = Object.entries(FIGURE_WORDS).map(([name, text]) => `  ${name}: ${text}`);
  command.addHelpText('after', `\nWhat the figures mean (docs/report.md):\n${words.join('\n')}`);
  examples(command, 'report', 'report --since 90d --by week', 'report --pool sip --by profile -o markdown');
}

export async function run(context: Context, _args: readonly string[], options: Options): Promise<ExitCode> {
  const now = context.now();
  const client = await connect(context, options);
  const report = await client.get<Report>('/report', {
    since: timeOf(options.since, now),
    until: options.until === undefined ? now : timeOf(options.until, now),
    pool: options.pool,
    by: options.by,
  });
  if (await writeObject(context, options.output, report)) return EXIT.ok;
  context.stdout.write(options.output === 'markdown' ? reportMarkdown(report) : reportText(report));
  return EXIT.ok;
}
