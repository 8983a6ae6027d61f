import { resolve } from 'node:path';
import { Argument, type Command, Option } from 'commander';
import type { Firmware } from '../../model/site.ts';
import { type Context, say } from '../context.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { countArgument } from '../options.ts';
import { examples } from '../verb.ts';

interface Options {
  kind: 'simulated' | 'qemu';
  nodes?: number;
  inventory?: string;
  speed: number;
  seed: string;
  fault: string[];
  bootUrl?: string;
  disks: 'blank' | 'installed';
  firmware: Firmware;
  memory: number;
  disk: number;
  accelerator: 'auto' | 'kvm' | 'tcg';
  name?: string;
}

export function configure(command: Command): void {
  command
    .addArgument(
      new Argument('<action>', 'start it; serial console of a machine; remove what a crash left').choices([
        'up',
        'console',
        'down',
      ]),
    )
    .argument('[machine]', 'for console: the name of a virtual machine')
    .addOption(
      new Option('--kind <kind>', 'played machines, or virtual ones with real firmware (as root)')
        .choices(['simulated', 'qemu'])
        .default('simulated'),
    )
    .option('--nodes <count>', 'machines (default: 12, or 2 of kind qemu)', countArgument)
    .option('--inventory <dir>', 'write the inventory that matches it there')
    .option('--speed <factor>', 'simulated: so many times as fast as real machines', countArgument, 60)
    .option('--seed <text>', 'simulated: the same seed gives the same faults', '1')
    .option(
      '--fault <text>',
      'simulated: MACHINE=FAULT, or all=FAULT, such as n3=bmc-silent; may be repeated',
      gather,
      [],
    )
    .option('--boot-url <url>', 'simulated: boot server that the machines ask')
    .addOption(
      new Option('--disks <state>', 'simulated: what the disks carry')
        .choices(['blank', 'installed'])
        .default('blank'),
    )
    .addOption(
      new Option('--firmware <sort>', 'qemu: of the machines').choices(['bios', 'uefi']).default('uefi'),
    )
    .option('--memory <MB>', 'qemu: of each machine', countArgument, 512)
    .option('--disk <GB>', 'qemu: of each machine; takes room only as it fills', countArgument, 8)
    .addOption(
      new Option('--accelerator <sort>', 'qemu: KVM where it runs a guest, or as said')
        .choices(['auto', 'kvm', 'tcg'])
        .default('auto'),
    )
    .option('--name <namespace>', 'console and down: which of several virtual racks');
  examples(
    command,
    'lab up --nodes 40 --inventory ~/lab-site',
    'lab up --nodes 12 --fault n3=bmc-silent',
    'lab up --kind qemu --nodes 3 --firmware bios --inventory ~/lab-site',
    'lab console n1',
    'lab down',
  );
}

/** Not by commas: a fault may contain them. */
function gather(text: string, before: string[]): string[] {
  return [...before, text];
}

export async function run(context: Context, args: readonly string[], options: Options): Promise<ExitCode> {
  const [action, machine] = args;
  if (action === 'console') await openConsole(context, machine, options);
  else if (action === 'down') await takeDown(context, options);
  else await (options.kind === 'qemu' ? virtual(context, options) : simulated(context, options));
  return EXIT.ok;
}

async function simulated(context: Context, options: Options): Promise<void> {
  const { runLab } = await import('../../lab/lab-command.ts');
  const { fault: faults, bootUrl, inventory, nodes = 12, speed, seed, disks } = options;
  const optional = { ...(bootUrl ? { bootUrl } : {}), ...(inventory ? { inventory } : {}) };
  await runLab({ nodes, speed, seed, disks, faults, ...optional }, outputOf(context));
}

async function virtual(context: Context, options: Options): Promise<void> {
  if (options.fault.length > 0) throw new CliError(EXIT.usage, '--fault is for simulated machines');
  const { runVirtualLab } = await import('../../lab/qemu/lab-command.ts');
  const { nodes = 2, firmware, memory: memoryMb, disk: diskGb, accelerator, inventory } = options;
  await runVirtualLab(
    {
      ...{ nodes, firmware, memoryMb, diskGb, accelerator },
      profile: { description: 'Debian by its own installer', os: { family: 'debian', release: 'trixie' } },
      ...(inventory ? { inventory: resolve(context.cwd, inventory) } : {}),
    },
    outputOf(context),
  );
}

async function openConsole(context: Context, machine: string | undefined, { name }: Options): Promise<void> {
  if (machine === undefined)
    throw new CliError(EXIT.usage, 'which machine?', 'such as: barewright lab console n1');
  const { attachConsole, findConsole } = await import('../../lab/qemu/console.ts');
  const place = await findConsole(machine, name);
  const { stdout: output, keyboard, signal } = context;
  if (keyboard) say(context, `Console of ${machine}; Ctrl-] leaves it.`);
  await attachConsole(place, { output, keyboard, signal });
}

async function takeDown(context: Context, { name }: Options): Promise<void> {
  const { takeDownLabs } = await import('../../lab/qemu/lab-command.ts');
  const { removed, up } = await takeDownLabs(name);
  for (const namespace of removed) say(context, `${namespace} removed`);
  for (const namespace of up) say(context, `${namespace} is up: end it where it was started, or name it`);
  if (removed.length + up.length === 0) say(context, 'No virtual rack was left behind.');
}

function outputOf({ stdout, signal, isTTY, columns }: Context) {
  return { stdout: { write: (text: string) => stdout.write(text), isTTY, columns }, signal };
}
