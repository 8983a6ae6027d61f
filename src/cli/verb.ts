import type { Command } from 'commander';
import type { Context } from './context.ts';
import type { ExitCode } from './exit-codes.ts';

/** The shape of every module in `verbs/`. */
export interface Verb {
  /** Declares arguments, options and examples; does nothing else, since completion calls it for every verb. */
  configure(command: Command): void;
  /** `options` is what the declared ones were parsed to. Failures are thrown. */
  run(context: Context, args: readonly string[], options: unknown): Promise<ExitCode>;
}

export interface VerbEntry {
  name: string;
  /** One line of `barewright --help`. */
  summary: string;
  load(): Promise<Verb>;
}

/** Shown below the options; each is what follows `barewright ` on the line. */
export function examples(command: Command, ...lines: string[]): void {
  const shown = lines.map((line) => `  $ barewright ${line}`).join('\n');
  command.addHelpText('after', `\nExample${lines.length > 1 ? 's' : ''}:\n${shown}`);
}
