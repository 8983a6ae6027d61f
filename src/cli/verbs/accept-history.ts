import type { Command } from 'commander';
import { connect } from '../client.ts';
import { type Context, say } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { addClientOption, addWhyOption, type ClientOptions } from '../options.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions {
  why?: string;
}

export function configure(command: Command): void {
  command.argument('<head>', 'the refused head, as barewright status names it');
  addWhyOption(addClientOption(command));
  examples(command, 'accept-history 1a2b3c4d5e --why "a secret was taken out of the history"');
}

export async function run(
  context: Context,
  [head = '']: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const client = await connect(context, options);
  await client.post('/accept-history', { head, why: options.why ?? '' });
  say(context, `the branch may go on from ${head}`);
  return EXIT.ok;
}
