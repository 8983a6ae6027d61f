import type { Command } from 'commander';
import { connect } from '../client.ts';
import { type Context, say } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { postNode } from '../node-calls.ts';
import { addClientOption, type ClientOptions, durationArgument } from '../options.ts';
import { timesOf } from '../times.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions {
  why: string;
  for?: number;
}

export function configure(command: Command): void {
  command
    .argument('<node...>', 'nodes that nothing is to be done to')
    .requiredOption('--why <text>', 'reason, for whoever wonders')
    .option('--for <duration>', 'end by itself after 30m, 2h or 7d', durationArgument);
  addClientOption(command);
  examples(command, 'pause sip-n01 --why "fan replaced" --for 2h');
}

export async function run(context: Context, names: readonly string[], options: Options): Promise<ExitCode> {
  const client = await connect(context, options);
  const until = options.for === undefined ? null : context.now() + options.for;
  for (const name of names) {
    await postNode(client, name, 'pause', { why: options.why, until });
    const end = until === null ? `barewright resume ${name}` : timesOf(context).at(until);
    say(context, `${name} is paused until ${end}`);
  }
  return EXIT.ok;
}
