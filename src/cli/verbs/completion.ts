import { Argument, type Command } from 'commander';
import { completionScript, SHELLS, type Shell } from '../completion-scripts.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { examples } from '../verb.ts';

export function configure(command: Command): void {
  command.addArgument(new Argument('<shell>', 'the shell').choices(SHELLS));
  examples(
    command,
    'completion bash > ~/.local/share/bash-completion/completions/barewright',
    'completion zsh > ~/.zfunc/_barewright',
    'completion fish > ~/.config/fish/completions/barewright.fish',
  );
}

export async function run(context: Context, [shell]: readonly string[], _options: object): Promise<ExitCode> {
  const { completionWords } = await import('../completion-words.ts');
  context.stdout.write(completionScript(shell as Shell, await completionWords()));
  return EXIT.ok;
}
