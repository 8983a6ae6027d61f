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
  durationArgument,
  type TimeOptions,
} from '../options.ts';
import { writeObject } from '../output.ts';
import { paintFor } from '../paint.ts';
import { formatTable } from '../table.ts';
import { timesOf } from '../times.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions, TimeOptions {
  why?: string;
  hold?: number;
  output?: string;
}

export function configure(command: Command): void {
  command
    .addArgument(new Argument('<action>', 'what to do').choices(['status', 'on', 'off', 'cycle', 'release']))
    .argument('[node...]', 'nodes; status shows all of them where none is named');
  command.option(
    '--hold <duration>',
    'on or off in spite of Git, for 30m, 2h or 7d; needs --why',
    durationArgument,
  );
  addOutputOption(addWhyOption(command), 'json', 'yaml');
  addUtcOption(addClientOption(command));
  command.addHelpText(
    'after',
    `
Power follows Git: on and off only bring a node to what Git says. To change that: barewright set NODE power=off
With --hold a person's word goes before Git's until the time is over or release ends it; nothing is installed on a
node that is held off.`,
  );
  examples(
    command,
    'power status',
    'power cycle sip-n01 --why "hangs since the update"',
    'power off sip-n01 --hold 2h --why "fan is replaced"',
    'power release sip-n01',
  );
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
  if (options.hold !== undefined) return hold(context, client, { action, nodes, options });
  if (action === 'cycle') return cycle(context, client, nodes, options.why ?? '');
  if (action === 'release') return release(context, client, nodes);
  return correct(context, client, nodes, action);
}

async function showPower(
  context: Context,
  nodes: NodeView[],
  { output, utc = false }: Options,
): Promise<ExitCode> {
  const times = timesOf(context, { utc });
  const paint = paintFor(context);
  const rows = nodes.map(({ name, power, powerAt, desired, bmc, powerHold }) => ({
    ...{ name, power, wanted: desired.power, readAt: powerAt, bmc: desired.bmc },
    ...{ reachable: bmc?.reachable ?? null, message: bmc?.message ?? '', hold: powerHold ?? null },
  }));
  if (await writeObject(context, output, rows)) return EXIT.ok;
  const table = rows.map(({ name, power, wanted, readAt, bmc, reachable, message, hold }) => [
    name,
    { text: power, paint: wanted === 'unmanaged' || wanted === power ? paint.faint : paint.warning },
    hold ? `${wanted}, held ${hold.state} until ${times.at(hold.until)}` : wanted,
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

async function hold(
  context: Context,
  client: Client,
  { action, nodes, options: { hold = 0, why = '' } }: { action: string; nodes: NodeView[]; options: Options },
): Promise<ExitCode> {
  if (action !== 'on' && action !== 'off')
    throw new CliError(EXIT.usage, `--hold goes with on and off, not with ${action}`);
  if (why === '')
    throw new CliError(EXIT.usage, 'a hold needs a reason, for whoever wonders', 'add: --why …');
  const until = context.now() + hold;
  const times = timesOf(context);
  for (const { name, desired } of nodes) {
    await postNode(client, name, 'power-hold', { state: action, until, why });
    const then =
      desired.power === 'unmanaged' ? 'is left as it is' : `is ${desired.power} again, as Git says`;
    say(context, `the power of ${name} is held ${action} until ${times.at(until)}; then it ${then}`);
  }
  return EXIT.ok;
}

async function release(context: Context, client: Client, nodes: NodeView[]): Promise<ExitCode> {
  for (const { name } of nodes) {
    await postNode(client, name, 'power-release');
    say(context, `the power of ${name} follows Git again`);
  }
  return EXIT.ok;
}

/** Power is what Git says it is: a hand on the switch would only be undone. Nothing is done where one contradicts. */
async function correct(context: Context, client: Client, nodes: NodeView[], wish: string): Promise<ExitCode> {
  for (const { name, desired, powerHold } of nodes) {
    if (powerHold && powerHold.state !== wish) {
      throw new CliError(
        EXIT.refused,
        `the power of ${name} is held ${powerHold.state} by ${powerHold.by}: ${powerHold.why}`,
        `end that: barewright power release ${name}`,
      );
    }
    if (desired.power === wish) continue;
    const says = desired.power === 'unmanaged' ? 'its power is not managed' : `its power is ${desired.power}`;
    throw new CliError(
      EXIT.refused,
      `Git says of ${name} that ${says} (${desired.source})`,
      `change it there: barewright set ${name} power=${wish}\n  or hold it for a while, until Git's word returns: barewright power ${wish} ${name} --hold 2h --why …`,
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
