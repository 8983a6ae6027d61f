import type { Command } from 'commander';
import { connect } from '../client.ts';
import { type Context, say } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { postNode } from '../node-calls.ts';
import { addClientOption, type ClientOptions } from '../options.ts';
import { examples } from '../verb.ts';

export function configure(command: Command): void {
  addClientOption(command.argument('[node...]', 'nodes to look at; without one, Git and every BMC'));
  examples(command, 'reconcile', 'reconcile sip-n01');
}

export async function run(
  context: Context,
  names: readonly string[],
  options: ClientOptions,
): Promise<ExitCode> {
  const client = await connect(context, options);
  if (names.length === 0) {
    await client.post('/reconcile');
    say(context, 'Git was looked at; the BMCs are being asked');
  }
  for (const name of names) {
    await postNode(client, name, 'reconcile');
    say(context, `${name} was looked at`);
  }
  return EXIT.ok;
}
