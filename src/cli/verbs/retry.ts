import type { Command } from 'commander';
import { connect } from '../client.ts';
import { type Context, say } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { postNode } from '../node-calls.ts';
import { addClientOption, type ClientOptions } from '../options.ts';
import { examples } from '../verb.ts';

export function configure(command: Command): void {
  addClientOption(command.argument('<node...>', 'stuck nodes'));
  examples(command, 'retry sip-n01', 'retry sip-n01 sip-n02');
}

export async function run(
  context: Context,
  names: readonly string[],
  options: ClientOptions,
): Promise<ExitCode> {
  const client = await connect(context, options);
  for (const name of names) {
    await postNode(client, name, 'retry');
    say(context, `${name} tries again`);
  }
  return EXIT.ok;
}
