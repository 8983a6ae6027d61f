/** From the words of the command line to a verb and its exit code. */

import manifest from '../../package.json' with { type: 'json' };
import { nearest } from '../desired/nearest.ts';
import { printable } from '../desired/printable.ts';
import type { Context } from './context.ts';
import { note } from './context.ts';
import { CliError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { mainHelp } from './help.ts';
import type { VerbEntry } from './verb.ts';
import { VERBS } from './verbs.ts';

/** Runs one command line (without the program's own name). Never throws; errors are said on stderr. */
export async function runCli(argv: readonly string[], context: Context): Promise<ExitCode> {
  try {
    return await dispatch(argv, context);
  } catch (error) {
    if (context.signal.aborted) return EXIT.interrupted;
    return sayError(error, context);
  }
}

async function dispatch(argv: readonly string[], context: Context): Promise<ExitCode> {
  const [first = '', ...rest] = argv[0] === 'help' && argv[1] ? [argv[1], '--help'] : argv;
  switch (first) {
    case '':
    case 'help':
    case '-h':
    case '--help':
      context.stdout.write(mainHelp());
      return first === '' ? EXIT.usage : EXIT.ok;
    case '-V':
    case '--version':
      context.stdout.write(`${manifest.version}\n`);
      return EXIT.ok;
  }
  const entry = VERBS.find(({ name }) => name === first);
  if (!entry) throw unknownVerb(first);
  return runVerb(entry, rest, context);
}

function unknownVerb(word: string): CliError {
  const guess = nearest(
    word,
    VERBS.map(({ name }) => name),
  );
  const hint = guess ? `did you mean: barewright ${guess}` : 'see: barewright --help';
  return new CliError(EXIT.usage, `there is no verb ${printable(word)}`, hint);
}

async function runVerb(entry: VerbEntry, argv: string[], context: Context): Promise<ExitCode> {
  const [{ CommanderError }, { commandOf }, verb] = await Promise.all([
    import('commander'),
    import('./command-of.ts'),
    entry.load(),
  ]);
  const command = commandOf(entry, verb, context);
  try {
    await command.parseAsync(argv, { from: 'user' });
  } catch (error) {
    // It has said what is wrong, or shown the help, already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
  return verb.run(context, command.args, command.opts());
}

function sayError(error: unknown, context: Context): ExitCode {
  const message = error instanceof Error ? error.message : String(error);
  note(context, `barewright: ${message}`);
  const hint = isHinted(error) ? error.hint : systemHint(error);
  if (hint !== '') note(context, `  ${hint}`);
  if (context.env['BAREWRIGHT_DEBUG'] && error instanceof Error) note(context, error.stack ?? '');
  return error instanceof CliError ? error.exit : EXIT.error;
}

/** Errors of this program say what to do; a hint of theirs is for people. */
function isHinted(error: unknown): error is { hint: string } {
  return error instanceof Error && 'hint' in error && typeof error.hint === 'string';
}

/** What to do about refusals of the operating system that a setting brings about. */
function systemHint(error: unknown): string {
  switch ((error as NodeJS.ErrnoException | null)?.code) {
    case 'EADDRINUSE':
      return 'something listens there already; end it, or choose another port';
    case 'EADDRNOTAVAIL':
      return 'this machine does not have that address';
    case 'EACCES':
    case 'EPERM':
      return 'the user that runs this may not do it';
    default:
      return '';
  }
}
