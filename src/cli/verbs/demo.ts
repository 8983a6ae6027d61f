import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type Context, say } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { LOG_LEVELS } from '../log-levels.ts';
import { countArgument, listArgument, portArgument } from '../options.ts';
import { examples } from '../verb.ts';

interface Options {
  repo?: string;
  data?: string;
  speed: number;
  blank: string[];
  port: number;
  bootPort: number;
  logLevel: string;
}

/** The repository of barewright carries the sample site. */
const SAMPLE_SITE = join(import.meta.dirname, '..', '..', '..');

export function configure(command: Command): void {
  command
    .option('--repo <dir>', 'site repository (default: the sample site)')
    .option('--data <dir>', 'where daemon and rack keep their state (default: .barewright)')
    .option('--speed <factor>', 'so many times as fast as real machines', countArgument, 60)
    .option('--blank <node>', 'machines that start with an empty disk', listArgument, ['hte-n03', 'hte-n04'])
    .option('--port <port>', 'port of page and API on loopback', portArgument, 8481)
    .option('--boot-port <port>', 'port of the boot server on loopback', portArgument, 8480)
    .addOption(new Option('--log-level <level>', 'least level to log').choices(LOG_LEVELS).default('info'));
  examples(command, 'demo', 'demo --repo ~/lab-site --speed 10 --blank n1,n2');
}

export async function run(context: Context, _args: readonly string[], options: Options): Promise<ExitCode> {
  const [{ runDemo }, { createLogger }, { serveUntilSignal }] = await Promise.all([
    import('../../daemon/demo.ts'),
    import('../logger.ts'),
    import('../serve-until.ts'),
  ]);
  const { speed, blank, port, bootPort } = options;
  const daemon = await runDemo({
    repository: options.repo === undefined ? SAMPLE_SITE : resolve(context.cwd, options.repo),
    dataDir: resolve(context.cwd, options.data ?? context.env['BAREWRIGHT_DATA'] ?? '.barewright'),
    ...{ speed, blank, controlPort: port, bootPort, env: context.env },
    log: createLogger(context, options.logLevel),
  });
  say(context, `Open ${daemon.url} and watch; Ctrl-C ends the demo.`);
  return serveUntilSignal(context, daemon);
}
