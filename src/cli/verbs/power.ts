import { Argument, type Command } from 'commander';
import type { NodeView, StatusView } from '../../model/api.ts';
import { type Client, connect } from '../client.ts';
import { type Context, say } from '../context.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { getNodes, postNode } from '../node-calls.ts';
import {
  addClientOption,
  addOutputOption,
  addUtcOption,
  addWhyOption,
  type ClientOptions,
  type TimeOptions,
} from '../options.ts';
import { writeObject } from '../output.ts';
import { paintFor } from '../paint.ts';
import { formatTable } from '../table.ts';
import { timesOf } from '../times.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions, TimeOptions {
  why?: string;
  output?: string;
}

export function configure(command: Command): void {
  command
    .addArgument(new Argument('<action>', 'what to do').choices(['status', 'on', 'off', 'cycle']))
    .argument('[node...]', 'nodes; status shows all of them where none is named');
  addOutputOption(addWhyOption(command), 'json', 'yaml');
  addUtcOption(addClientOption(command));
  command.addHelpText(
    'after',
    '\nPower follows Git: on and off only bring a node to what Git says. To change that: barewright set NODE power=off',
  );
  examples(command, 'power status', 'power cycle sip-n01 --why "hangs since the update"');
}

export async function run(
  context: Context,
  [action = '', ...names]: readonly string[],
  options: Options,
): Promise<ExitCode> {
  if (action !== 'status' && names.length === 0) {
    throw new CliError(EXIT.usage, 'no node is named', `such as: barewright power ${action} sip-n01`);
  }
  const client = await connect(context, options);
  const nodes = await getNodes(client, names);
  if (action === 'status') return showPower(context, nodes, options);
  if (action === 'cycle') return cycle(context, client, nodes, options.why ?? '');
  return correct(context, client, nodes, action);
}

async function showPower(
  context: Context,
  nodes: NodeView[],
  { output, utc = false }: Options,
): Promise<ExitCode> {
  const times = timesOf(context, { utc });
  const paint = paintFor(context);
  const rows = nodes.map(({ name, power, powerAt, desired, bmc }) => ({
    ...{ name, power, wanted: desired.power, readAt: powerAt, bmc: desired.bmc },
    ...{ reachable: bmc?.reachable ?? null, message: bmc?.message ?? '' },
  }));
  if (await writeObject(context, output, rows)) return EXIT.ok;
  const table = rows.map(({ name, power, wanted, readAt, bmc, reachable, message }) => [
    name,
    { text: power, paint: wanted === 'unmanaged' || wanted === power ? paint.faint : paint.warning },
    wanted,
    readAt === null ? '-' : times.at(readAt),
    bmc ?? '-',
    reachable === false ? message : reachable === null ? 'not asked yet' : 'answers',
  ]);
  context.stdout.write(formatTable(['NAME', 'POWER', 'GIT SAYS', 'READ', 'BMC', 'STATE'], table));
  return EXIT.ok;
}

async function cycle(context: Context, client: Client, nodes: NodeView[], why: string): Promise<ExitCode> {
  for (const { name } of nodes) {
    await postNode(client, name, 'cycle', { why });
    say(context, `${name} will be power-cycled`);
  }
  return EXIT.ok;
}

/** Power is what Git says it is: a hand on the switch would only be undone. Nothing is done where one contradicts. */
async function correct(context: Context, client: Client, nodes: NodeView[], wish: string): Promise<ExitCode> {
  for (const { name, desired } of nodes) {
    if (desired.power === wish) continue;
    const says = desired.power === 'unmanaged' ? 'its power is not managed' : `its power is ${desired.power}`;
    throw new CliError(
      EXIT.refused,
      `Git says of ${name} that ${says} (${desired.source})`,
      `change it there: barewright set ${name} power=${wish}\n  or take it out of the daemon's hands for a while: barewright pause ${name} --why …`,
    );
  }
  const { policy } = await client.get<StatusView>('/status');
  const drifted = nodes.find(({ power }) => power !== wish);
  if (policy?.power === 'report' && drifted) {
    throw new CliError(
      EXIT.refused,
      `policy.power is report: the power of ${drifted.name} is shown, not corrected`,
      'change it by a commit: barewright set Site/NAME policy.power=enforce',
    );
  }
  for (const { name, power } of nodes) {
    await postNode(client, name, 'reconcile');
    say(
      context,
      power === wish ? `${name} is ${wish} already` : `${name} is being brought to ${wish}, as Git says`,
    );
  }
  return EXIT.ok;
}
