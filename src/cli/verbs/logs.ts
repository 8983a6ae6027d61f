import type { Command } from 'commander';
import { FIRST_LINES } from '../../build/build-log.ts';
import type { Event } from '../../model/event.ts';
import { type Client, connect } from '../client.ts';
import { type Context, say } from '../context.ts';
import { CliError } from '../errors.ts';
import { addEventOptions, type EventOptions, queryOf } from '../event-options.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { getInstallerLog, getNode } from '../node-calls.ts';
import {
  addClientOption,
  addOutputOption,
  addUtcOption,
  type ClientOptions,
  type TimeOptions,
} from '../options.ts';
import { tellLog } from '../tell-log.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions, TimeOptions, EventOptions {
  follow?: boolean;
  installer?: boolean;
  install?: string;
  build?: string;
  output?: string;
}

const NEWEST = 50;

export function configure(command: Command): void {
  command
    .argument('[node]', 'only of this node')
    .option('-f, --follow', 'go on with what comes, until Ctrl-C')
    .option('--build <image>', 'what the builder of an image said last, instead of events')
    .option('--installer', 'what the installer of the last attempt has sent, instead of events')
    .option('--install <id>', 'with --installer: of this install, as history NODE --full names it');
  addEventOptions(command);
  addOutputOption(command, 'json');
  addUtcOption(addClientOption(command));
  examples(
    command,
    'logs -f',
    'logs -f sip-n01',
    'logs sip-n01 --installer',
    'logs sip-n01 --installer --install 1a2b3c4d',
    'logs --build correlator',
    "logs --search '10.10.0.11' --since 1d",
    'logs -f --pool sip --severity warning',
    'logs --limit 500 --reason AttemptFailed -o json',
  );
}

export async function run(context: Context, [node]: readonly string[], options: Options): Promise<ExitCode> {
  const client = await connect(context, options);
  if (options.build !== undefined) return buildLog(context, client, options.build, options);
  if (options.installer) return installerLog(context, client, node, options);
  const query = queryOf(options, node, context.now());
  return tellLog(context, client, { ...query, limit: query['limit'] ?? NEWEST }, options);
}

const INSTALLER_LINES = 1_000;

async function installerLog(
  context: Context,
  client: Client,
  node: string | undefined,
  { limit = INSTALLER_LINES, install, output }: Options,
): Promise<ExitCode> {
  if (node === undefined)
    throw new CliError(EXIT.usage, 'whose installer?', 'barewright logs NODE --installer');
  const { name } = await getNode(client, node);
  const found = await getInstallerLog(client, name, limit, install);
  if (!found) {
    const hint = 'only debian-installer sends one, while the daemon listens on --log-port';
    throw new CliError(EXIT.error, `no installer of ${name} has sent its log`, hint);
  }
  for (const line of found.lines) say(context, output === 'json' ? JSON.stringify({ line }) : line);
  return EXIT.ok;
}

const ENDS = 'ImageBuilt,ImageBuildFailed';
/** Of all images, among which the one is looked for. */
const ENDS_LOOKED_THROUGH = 10_000;

/** A build's log stands in the journal just before its end, and is kept less long. */
async function buildLog(
  context: Context,
  client: Client,
  image: string,
  { output }: Options,
): Promise<ExitCode> {
  const ends = await client.get<Event[]>('/events', { reason: ENDS, limit: ENDS_LOOKED_THROUGH });
  const end = ends.findLast(({ data }) => 'image' in data && data.image === image);
  const before = end && { reason: 'ImageBuildLog', before: end.id, limit: 1 };
  const [log] = before ? await client.get<Event[]>('/events', before) : [];
  if (!end || log?.reason !== 'ImageBuildLog' || log.data.image !== image) {
    throw new CliError(EXIT.error, `no log of a build of ${image} is kept`, 'see: barewright get images');
  }
  const { lines, left } = log.data;
  const said = left === 0 ? lines : lines.toSpliced(FIRST_LINES, 0, `… ${left} lines left out …`);
  for (const line of [...said, end.message])
    say(context, output === 'json' ? JSON.stringify({ line }) : line);
  return EXIT.ok;
}
