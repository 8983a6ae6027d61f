import { once } from 'node:events';
import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import type { Site } from '../../model/desired.ts';
import { type Context, note, say } from '../context.ts';
import { defaultDataDir } from '../control-file.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { addSiteOptions, readSite, type SiteOptions } from '../own-registry.ts';
import { examples } from '../verb.ts';

interface Options extends SiteOptions {
  print?: boolean;
  write?: boolean;
}

export function configure(command: Command): void {
  command.addArgument(new Argument('<action>', 'bring it up as the site declares it').choices(['up']));
  addSiteOptions(command).option('--data <dir>', 'data directory of the daemon');
  command
    .option('--print', 'only show the configuration, without its secrets')
    .option('--write', 'only make certificates and configuration, for another to start it with');
  examples(
    command,
    'registry up --data /var/lib/barewright',
    'registry up --print',
    'registry up --write --data /var/lib/barewright',
  );
}

export async function run(context: Context, _args: readonly string[], options: Options): Promise<ExitCode> {
  const { site } = await readSite(context, options);
  requireServed(site);
  const byHand = await import('../../daemon/own-registry/by-hand.ts');
  const settings = {
    dataDir: options.data === undefined ? defaultDataDir(context) : resolve(context.cwd, options.data),
    secretsDir: resolve(context.cwd, options.secrets),
    env: context.env,
  };
  const ports = { settings, site, clock: context.now };
  if (options.print) {
    context.stdout.write(await byHand.printByHand(ports));
    return EXIT.ok;
  }
  if (options.write) {
    say(context, await byHand.writeByHand(ports));
    return EXIT.ok;
  }
  const { signal } = context;
  const ended = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  const running = await byHand.bringUpByHand({ ...ports, say: (sentence) => say(context, sentence) });
  await ended;
  note(context, `${String(signal.reason)}: closing; once more ends at once`);
  await running.close();
  return EXIT.ok;
}

function requireServed({ registries }: Site): void {
  if ([...registries.values()].some(({ serve }) => serve)) return;
  throw new CliError(
    EXIT.refused,
    'the site declares no registry that is run here',
    'write `serve: {}` beside `own: true` under `registries` of the Site',
  );
}
