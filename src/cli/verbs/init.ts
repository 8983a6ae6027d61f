import { basename, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { scaffoldSite } from '../../desired/scaffold.ts';
import { initRepository } from '../../git/init-repository.ts';
import { type Context, say } from '../context.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { examples } from '../verb.ts';

interface Options {
  name?: string;
}

export function configure(command: Command): void {
  command
    .argument('<dir>', 'directory of the new repository')
    .option('--name <site>', "name of the site (default: the directory's name)");
  examples(command, 'init site', 'init ~/karoo --name karoo');
}

export async function run(
  context: Context,
  [dir = '.']: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const target = resolve(context.cwd, dir);
  const name = options.name ?? nameFrom(basename(target));
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    throw new CliError(
      EXIT.usage,
      `${JSON.stringify(name)} is no name for a site`,
      'use a-z, 0-9 and dashes',
    );
  }
  const files = scaffoldSite({ name });
  await initRepository(target, files, context.env);
  const shown = relative(context.cwd, target) || '.';
  say(context, `${files.size} files in ${shown}, not committed yet. Next:`);
  say(context, `  cd ${shown}`);
  say(context, '  barewright validate');
  say(context, '  git add . && git commit -m "The first machines"');
  say(context, '  barewright run --repo .');
  return EXIT.ok;
}

function nameFrom(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return name === '' ? 'site' : name.slice(0, 63);
}
