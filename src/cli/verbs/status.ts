import type { Command } from 'commander';
import type { StatusView } from '../../model/api.ts';
import { connect } from '../client.ts';
import type { Context } from '../context.ts';
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
import { sayProblems } from '../say-problems.ts';
import { statusText } from '../status-text.ts';
import { timesOf } from '../times.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions, TimeOptions {
  output?: string;
}

export function configure(command: Command): void {
  addOutputOption(command, 'json', 'yaml');
  addUtcOption(addClientOption(command));
  examples(command, 'status', 'status -o json');
}

export async function run(context: Context, _args: readonly string[], options: Options): Promise<ExitCode> {
  const client = await connect(context, options);
  const status = await client.get<StatusView>('/status');
  if (await writeObject(context, options.output, status)) return EXIT.ok;
  context.stdout.write(statusText(status, { times: timesOf(context, options), paint: paintFor(context) }));
  const problems = [...status.git.problems, ...status.warnings];
  if (problems.length > 0) context.stdout.write(`\n${sayProblems(context, problems)}`);
  return EXIT.ok;
}
