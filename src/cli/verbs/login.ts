import type { Command } from 'commander';
import type { LoginLink } from '../../model/api.ts';
import { connect } from '../client.ts';
import { type Context, note, say } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { addClientOption, type ClientOptions } from '../options.ts';
import { examples } from '../verb.ts';

export function configure(command: Command): void {
  addClientOption(command);
  examples(command, 'login');
}

/** The link is for whoever can read the data directory: a token logs in by itself. */
export async function run(
  context: Context,
  _args: readonly string[],
  options: ClientOptions,
): Promise<ExitCode> {
  const client = await connect(context, options);
  const { path, address } = await client.post<LoginLink>('/login-links');
  say(context, `${address ?? client.url}${path}`);
  note(context, 'It logs in once, within two minutes.');
  return EXIT.ok;
}
