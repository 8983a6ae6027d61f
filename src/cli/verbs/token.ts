import { createHash, randomBytes } from 'node:crypto';
import { Argument, type Command, Option } from 'commander';
import { ACTOR_NAME, NO_PERSONS, ROLES, type Role } from '../../model/access.ts';
import { type Context, note, say } from '../context.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { durationArgument, listArgument } from '../options.ts';
import { examples } from '../verb.ts';

interface Options {
  role: Role;
  pool?: string[];
  expires?: number;
}

const DAY = 86_400_000;

export function configure(command: Command): void {
  command
    .addArgument(new Argument('<action>', 'make a token').choices(['create']))
    .argument('<name>', 'the person or program that will bear it, for the journal')
    .addOption(new Option('--role <role>', 'what it may').choices(ROLES).default('viewer'))
    .option(
      '--pool <name>',
      'of an operator: acts on nodes of this pool alone; may be repeated',
      listArgument,
    )
    .option('--expires <duration>', 'is refused after it, such as 90d (default: never)', daysArgument);
  examples(
    command,
    'token create thandi --role operator --pool sip --expires 90d',
    'token create prometheus > prometheus.token',
  );
}

/** The token is all that goes to stdout; what is to be committed stands beside it. */
export async function run(
  context: Context,
  [, name = '']: readonly string[],
  { role, pool, expires }: Options,
): Promise<ExitCode> {
  if (!ACTOR_NAME.test(name))
    throw new CliError(EXIT.usage, `${name} is no name for a token: letters, digits and _.@+- alone`);
  if (NO_PERSONS.has(name))
    throw new CliError(
      EXIT.usage,
      `the journal says ${name} of somebody else`,
      'name the person or the program that bears the token',
    );
  if (pool && role !== 'operator') throw new CliError(EXIT.usage, '--pool limits operators only');
  const token = `bw_${randomBytes(32).toString('base64url')}`;
  const hash = createHash('sha256').update(token).digest('hex');
  const fields = [
    `name: ${name}`,
    `role: ${role}`,
    ...(pool ? [`pools: [${pool.join(', ')}]`] : []),
    `hash: "sha256:${hash}"`,
    ...(expires === undefined ? [] : [`expires: ${isoOf(context.now() + expires)}`]),
  ];
  say(context, token);
  note(
    context,
    'It is shown this once. To give it access, add to spec.access.tokens of the Site, and commit:\n',
  );
  note(context, `    - { ${fields.join(', ')} }`);
  return EXIT.ok;
}

/** Other durations of the site end at 24 days; a token may live for years. */
function daysArgument(text: string): number {
  const days = /^([1-9]\d{0,3})d$/.exec(text)?.[1];
  return days === undefined ? durationArgument(text) : Number(days) * DAY;
}

function isoOf(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
