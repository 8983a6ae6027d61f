import { Argument, type Command } from 'commander';
import type { ChannelTest, ChannelView, NotificationsView } from '../../model/notifications.ts';
import { connect } from '../client.ts';
import { type Context, say } from '../context.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { addClientOption, type ClientOptions } from '../options.ts';
import { formatTable } from '../table.ts';
import { examples } from '../verb.ts';

export function configure(command: Command): void {
  command
    .addArgument(new Argument('<action>', 'list channels, or send a test message').choices(['list', 'test']))
    .argument('[channel]', 'test: the channel; without one, all of them');
  addClientOption(command);
  examples(command, 'notify list', 'notify test', 'notify test ops');
}

export async function run(
  context: Context,
  [action = '', channel]: readonly string[],
  options: ClientOptions,
): Promise<ExitCode> {
  const client = await connect(context, options);
  if (action === 'test') {
    const results = await client.post<ChannelTest[]>('/notifications/test', channel ? { channel } : {});
    for (const result of results) say(context, testLine(result));
    return results.every(({ ok }) => ok) ? EXIT.ok : EXIT.error;
  }
  if (channel !== undefined) throw new CliError(EXIT.usage, 'list takes no channel');
  const view = await client.get<NotificationsView>('/notifications');
  if (view.channels.length === 0) {
    say(context, 'nobody is told: the site declares no channels (spec.notifications)');
    return EXIT.ok;
  }
  const rows = view.channels.map(({ name, kind, state, message }: ChannelView) => [
    name,
    kind,
    state,
    message,
  ]);
  context.stdout.write(formatTable(['NAME', 'KIND', 'STATE', ''], rows));
  return EXIT.ok;
}

function testLine({ channel, kind, ok, answer }: ChannelTest): string {
  return `${channel} (${kind}) ${ok ? 'took it' : 'did not take it'}: ${answer}`;
}
