import { Command } from 'commander';
import type { Context } from './context.ts';
import type { Verb, VerbEntry } from './verb.ts';

/** A verb's commander command: it writes to the context and throws CommanderError instead of exiting. */
export function commandOf(
  entry: VerbEntry,
  verb: Verb,
  context: Pick<Context, 'stdout' | 'stderr' | 'columns'>,
) {
  const command = new Command(`barewright ${entry.name}`)
    .description(`${entry.summary.charAt(0).toUpperCase()}${entry.summary.slice(1)}.`)
    .helpOption('-h, --help', 'show this page')
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError(`  see: barewright ${entry.name} --help`)
    .allowExcessArguments(false)
    // Without an action, commander would not check arguments.
    .action(() => {})
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'barewright: ')),
      getOutHelpWidth: () => Math.max(60, context.columns),
      getErrHelpWidth: () => Math.max(60, context.columns),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  verb.configure(command);
  return command;
}
