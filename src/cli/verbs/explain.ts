import type { Command } from 'commander';
import type { Explanation } from '../../model/timeline.ts';
import { connect } from '../client.ts';
import type { Context } from '../context.ts';
import { type TimeArgument, timeArgument, timeOf } from '../event-options.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { explainedText } from '../explained-text.ts';
import {
  addClientOption,
  addOutputOption,
  addUtcOption,
  type ClientOptions,
  type TimeOptions,
} from '../options.ts';
import { writeObject } from '../output.ts';
import { paintFor } from '../paint.ts';
import { timesOf } from '../times.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions, TimeOptions {
  output?: string;
  at?: TimeArgument;
}

export function configure(command: Command): void {
  command
    .argument('<node>', 'also one that is no longer in the inventory')
    .option('--at <time>', '10m or 2h ago, 14:02:11, or 2026-06-01T12:00 (default: now)', timeArgument);
  addOutputOption(command, 'json', 'yaml');
  addUtcOption(addClientOption(command));
  examples(command, 'explain sip-n01 --at 2h', 'explain sip-n01 --at 2026-06-01T14:02 -o json');
}

export async function run(
  context: Context,
  [node = '']: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const client = await connect(context, options);
  const at = timeOf(options.at ?? { before: 0 }, context.now());
  const explained = await client.get<Explanation>(`/nodes/${encodeURIComponent(node)}/explain`, { at });
  if (await writeObject(context, options.output, explained)) return EXIT.ok;
  context.stdout.write(
    explainedText(explained, { times: timesOf(context, options), paint: paintFor(context) }),
  );
  return EXIT.ok;
}
