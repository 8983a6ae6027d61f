import type { Command, Option } from 'commander';
import { commandOf } from './command-of.ts';
import { VERBS } from './verbs.ts';

/** What may follow a verb. */
export interface VerbWords {
  name: string;
  summary: string;
  options: { flags: string[]; description: string; takesValue: boolean; choices: readonly string[] }[];
  /** Fixed words for the first argument. */
  first: readonly string[];
  /** An argument is the name of a node. */
  takesNodes: boolean;
  takesFiles: boolean;
}

/** Every verb with its options, as they are declared for the parser. */
export async function completionWords(): Promise<VerbWords[]> {
  const nowhere = { write: () => true };
  return Promise.all(
    VERBS.map(async (entry) => {
      const verb = await entry.load();
      const command = commandOf(entry, verb, { stdout: nowhere, stderr: nowhere, columns: 80 });
      return wordsOf(entry.name, entry.summary, command);
    }),
  );
}

function wordsOf(name: string, summary: string, command: Command): VerbWords {
  const args = command.registeredArguments;
  const kinds = args[0]?.name() === 'kind';
  return {
    name,
    summary,
    options: [...command.options, ...helpOption()].map(
      ({ short, long, description, required, argChoices }) => ({
        flags: [short, long].filter((flag) => flag !== undefined),
        description,
        takesValue: required,
        choices: argChoices ?? [],
      }),
    ),
    first: args[0]?.argChoices ?? (kinds ? ['node', 'pool', 'profile', 'image', 'stack'] : []),
    takesNodes: args.some((arg) => /node|target|name/.test(arg.name())),
    takesFiles: args.some((arg) => arg.name() === 'dir'),
  };
}

function helpOption(): Pick<Option, 'short' | 'long' | 'description' | 'required' | 'argChoices'>[] {
  return [{ short: '-h', long: '--help', description: 'show this page', required: false }];
}
