import type { Command } from 'commander';
import { nearest } from '../../desired/nearest.ts';
import type { ImageView } from '../../model/api.ts';
import type { Event } from '../../model/event.ts';
import { type Client, connect } from '../client.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { imageStory } from '../image-story.ts';
import { getInstallerLog, getNode } from '../node-calls.ts';
import { nodeStory } from '../node-story.ts';
import {
  addClientOption,
  addOutputOption,
  addUtcOption,
  type ClientOptions,
  countArgument,
  type TimeOptions,
} from '../options.ts';
import { writeObject } from '../output.ts';
import { paintFor } from '../paint.ts';
import { timesOf } from '../times.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions, TimeOptions {
  output?: string;
  events: number;
}

/** Of a failed attempt's installer. */
const LOG_LINES = 20;
const LISTS = ['pool', 'profile', 'image', 'stack'];

export function configure(command: Command): void {
  command
    .argument('<kind>', `node, ${LISTS.join(', ')}; or the name of a node`)
    .argument('[name]')
    .option('--events <count>', 'how many of its last events', countArgument, 20);
  addOutputOption(command, 'json', 'yaml');
  addUtcOption(addClientOption(command));
  examples(command, 'describe node sip-n01', 'describe sip-n01 --events 100', 'describe image redis');
}

export async function run(
  context: Context,
  [kind = '', name]: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const client = await connect(context, options);
  if (name === undefined) return describeNode(context, client, kind, options);
  if (kind === 'node' || kind === 'nodes') return describeNode(context, client, name, options);
  if (kind === 'image' && options.output === undefined) return describeImage(context, client, name, options);
  if (LISTS.includes(kind)) return describeListed(context, client, kind, name, options);
  const guess = nearest(kind, ['node', ...LISTS]);
  const hint = guess
    ? `did you mean: barewright describe ${guess} ${name}`
    : `one of node, ${LISTS.join(', ')}`;
  throw new CliError(EXIT.usage, `there is no kind ${kind}`, hint);
}

async function describeNode(
  context: Context,
  client: Client,
  name: string,
  { output, utc = false, events: limit }: Options,
): Promise<ExitCode> {
  const node = await getNode(client, name);
  const events = await client.get<Event[]>('/events', { node: node.name, limit });
  const failed = events.findLast(({ reason }) => reason === 'AttemptFailed' || reason === 'InstallSettled');
  const said =
    failed?.reason === 'AttemptFailed' ? await getInstallerLog(client, node.name, LOG_LINES) : null;
  if (await writeObject(context, output, { ...node, events, installerLog: said?.lines ?? [] }))
    return EXIT.ok;
  const story = { times: timesOf(context, { utc }), paint: paintFor(context) };
  context.stdout.write(nodeStory(node, events, story));
  if (said)
    context.stdout.write(
      `\nThe installer's last words (unconfirmed):\n${said.lines.map((line) => `  ${line}\n`).join('')}`,
    );
  return EXIT.ok;
}

const OF_IMAGES = [
  ...['ImageBuilding', 'ImageBuilt', 'ImageBuildFailed'],
  ...['ImagePut', 'ImagePruneApproved', 'ImagePruned', 'ImageProblem', 'ImageDrift'],
];
/** Events of all images, of which those of one are taken. */
const LOOKED_THROUGH = 10_000;

async function describeImage(
  context: Context,
  client: Client,
  name: string,
  { utc = false, events: most }: Options,
): Promise<ExitCode> {
  const image = await findListed<ImageView>(client, 'image', name);
  const query = { reason: OF_IMAGES.join(','), limit: LOOKED_THROUGH };
  const all = await client.get<Event[]>('/events', query);
  const own = all.filter(({ data }) => 'image' in data && data.image === name).slice(-most);
  const story = { times: timesOf(context, { utc }), paint: paintFor(context) };
  context.stdout.write(imageStory(image, own, story));
  return EXIT.ok;
}

async function describeListed(
  context: Context,
  client: Client,
  kind: string,
  name: string,
  { output = 'yaml' }: Options,
): Promise<ExitCode> {
  await writeObject(context, output, await findListed(client, kind, name));
  return EXIT.ok;
}

async function findListed<T extends { name: string }>(
  client: Client,
  kind: string,
  name: string,
): Promise<T> {
  const all = await client.get<T[]>(`/${kind}s`);
  const found = all.find((item) => item.name === name);
  if (!found) {
    const guess = nearest(
      name,
      all.map((item) => item.name),
    );
    throw new CliError(EXIT.error, `there is no ${kind} ${name}`, guess ? `did you mean: ${guess}` : '');
  }
  return found;
}
