import type { Command } from 'commander';
import type { Plan } from '../../model/plan.ts';
import { sayNames } from '../../plan/fold-names.ts';
import { formatText } from '../../plan/format-text.ts';
import { type Client, connect } from '../client.ts';
import { confirm } from '../confirm.ts';
import { type Context, note, say } from '../context.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { getNode, postNode } from '../node-calls.ts';
import { addClientOption, addWhyOption, type ClientOptions } from '../options.ts';
import { paintFor } from '../paint.ts';
import { examples } from '../verb.ts';

interface Options extends ClientOptions {
  why?: string;
  yes?: boolean;
}

export function configure(command: Command): void {
  command
    .argument('<node|digest...>', 'nodes, or the digest of a plan for all that it holds')
    .option('-y, --yes', 'do not ask');
  addWhyOption(addClientOption(command));
  examples(
    command,
    'approve sip-n01 --why "a new disk"',
    'approve 0123456789ab --why "reviewed in change 17"',
  );
}

export async function run(context: Context, targets: readonly string[], options: Options): Promise<ExitCode> {
  const client = await connect(context, options);
  const plan = await client.get<Plan>('/plan');
  const digest = await digestOf(client, plan, targets);
  if (digest !== null && digest !== plan.digest) {
    throw new CliError(
      EXIT.refused,
      `the plan is now ${plan.digest}, not ${digest}: what is wanted or observed has moved`,
      'look at it again (barewright plan) and approve the new digest',
    );
  }
  const held = plan.actions.filter(
    ({ hold, node }) => hold?.needsApproval && (digest !== null || targets.includes(node)),
  );
  const images = digest === null ? [] : plan.images.filter(({ hold }) => hold !== null);
  const lost = held.filter(({ effect }) => effect === 'DESTROYS DISK').map(({ node }) => node);
  if (held.length + images.length > 0) {
    const part = { ...plan, actions: held, images };
    context.stdout.write(formatText(part, { now: context.now(), paint: paintFor(context) }));
  }
  const harm = [
    ...(lost.length === 0 ? [] : [`destroys all data of ${sayNames(lost)}`]),
    ...(images.length === 0 ? [] : [`removes ${sayTags(images.length)} from the registry`]),
  ];
  const question = `This ${harm.join(' and ')}. Approve it?`;
  if (!options.yes && harm.length > 0 && !(await confirm(context, question))) {
    note(context, 'nothing was approved');
    return EXIT.refused;
  }
  const why = options.why ?? '';
  if (digest !== null) {
    const { nodes, tags } = await client.post<{ nodes: string[]; tags: string[] }>('/approve', {
      digest,
      why,
    });
    const approved = [sayNames(nodes), tags.length === 0 ? '' : `${sayTags(tags.length)} to remove`];
    say(context, `approved: ${approved.filter((part) => part !== '').join('; ')}`);
    return EXIT.ok;
  }
  for (const name of targets) {
    await postNode(client, name, 'approve', { why });
    say(context, `approved: ${name}`);
  }
  return EXIT.ok;
}

function sayTags(count: number): string {
  return `${count} tag${count === 1 ? '' : 's'}`;
}

/** The digest where the one target looks like one and no node has that name; null where nodes are named. */
async function digestOf(client: Client, plan: Plan, targets: readonly string[]): Promise<string | null> {
  const [first = ''] = targets;
  if (targets.length === 1 && first === plan.digest) return first;
  const looksSo = targets.length === 1 && /^[0-9a-f]{12}$/.test(first);
  // Every name is looked up before the first is approved: all of them or none.
  for (const name of targets) {
    const found = await getNode(client, name).catch((error: unknown) => {
      if (looksSo && error instanceof CliError && error.code === 'not-found') return null;
      throw error;
    });
    if (!found) return first;
  }
  return null;
}
