import { Argument, type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { countArgument } from '../options.ts';
import { examples } from '../verb.ts';

interface Options {
  nodes: number;
  speed: number;
  seed: string;
  fault: string[];
  bootUrl?: string;
  inventory?: string;
  disks: 'blank' | 'installed';
}

export function configure(command: Command): void {
  command
    .addArgument(new Argument('<action>', 'start it').choices(['up']))
    .option('--nodes <count>', 'machines', countArgument, 12)
    .option('--speed <factor>', 'so many times as fast as real machines', countArgument, 60)
    .option('--seed <text>', 'the same seed gives the same faults', '1')
    .option(
      '--fault <text>',
      'MACHINE=FAULT, or all=FAULT, such as n3=bmc-silent; may be repeated',
      gather,
      [],
    )
    .option('--boot-url <url>', 'boot server that the machines ask')
    .option('--inventory <dir>', 'write the inventory that matches it there')
    .addOption(
      new Option('--disks <state>', 'what the disks carry').choices(['blank', 'installed']).default('blank'),
    );
  examples(command, 'lab up --nodes 40 --inventory ~/lab-site', 'lab up --nodes 12 --fault n3=bmc-silent');
}

/** Not by commas: a fault may contain them. */
function gather(text: string, before: string[]): string[] {
  return [...before, text];
}

export async function run(context: Context, _args: readonly string[], options: Options): Promise<ExitCode> {
  const { runLab } = await import('../../lab/lab-command.ts');
  const { fault: faults, bootUrl, inventory, ...rest } = options;
  const { stdout, signal, isTTY, columns } = context;
  await runLab(
    { ...rest, faults, ...(bootUrl ? { bootUrl } : {}), ...(inventory ? { inventory } : {}) },
    { stdout: { write: (text) => stdout.write(text), isTTY, columns }, signal },
  );
  return EXIT.ok;
}
