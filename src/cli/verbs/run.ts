import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { BuilderKind } from '../../build/choose.ts';
import { type DaemonSettings, DEFAULT_SETTINGS } from '../../daemon/settings.ts';
import { parseLocation } from '../../git/location.ts';
import { type Context, say } from '../context.ts';
import { defaultDataDir } from '../control-file.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { LOG_LEVELS } from '../log-levels.ts';
import { countOrZeroArgument, durationArgument, listenArgument } from '../options.ts';
import { topOf } from '../repository.ts';
import { addStoreOptions, type StoreOptions, storeOf } from '../store-option.ts';
import { tracingOf } from '../tracing-option.ts';
import { examples } from '../verb.ts';

interface Options extends StoreOptions {
  repo?: string;
  branch?: string;
  data?: string;
  secrets?: string;
  bootListen: DaemonSettings['bootListen'];
  bootUrl?: string;
  controlListen: DaemonSettings['controlListen'];
  tlsCert?: string;
  tlsKey?: string;
  poll: number;
  sshKey?: string;
  knownHosts?: string;
  tokenFile?: string;
  verifyKeys?: string;
  ageKeyFile?: string;
  bindAddresses: boolean;
  logPort: number;
  keepEvents: number;
  dnsmasqDir?: string;
  builder: 'auto' | BuilderKind;
  dockerHost?: string;
  logLevel: string;
  otlp?: string;
}

/** Beside the ports of the boot and the control plane. */
const DEFAULT_LOG_PORT = 8482;

export function configure(command: Command): void {
  const { bootListen, controlListen, pollInterval } = DEFAULT_SETTINGS;
  command
    .option('--repo <path|url>', 'the site repository (default: the one around the working directory)')
    .option('--branch <name>', 'the branch to follow (default: the one that HEAD points to)')
    .option('--data <dir>', 'where the daemon keeps its store (default: ~/.local/state/barewright)')
    .option('--secrets <dir>', 'where files with secrets lie (default: secrets/ below --data)')
    .option(
      '--age-key-file <file>',
      "age's secret keys, for SOPS files of the site (default: $SOPS_AGE_KEY_FILE)",
    )
    .addOption(listenOption('--boot-listen <host:port>', 'where nodes boot and report', bootListen))
    .option('--boot-url <url>', 'how nodes reach that (default: made from --boot-listen)')
    .addOption(
      listenOption('--control-listen <host:port>', 'where people and this program ask', controlListen),
    )
    .option('--tls-cert <file>', 'certificate (PEM) to serve that with; needed elsewhere than on loopback')
    .option('--tls-key <file>', 'its key (PEM); both are read again when they change')
    .option('--poll <duration>', 'how often a remote repository is asked', durationArgument, pollInterval)
    .option('--ssh-key <file>', 'key for a repository over ssh')
    .option('--known-hosts <file>', 'its host keys')
    .option('--token-file <file>', 'token for a repository over https')
    .option('--verify-keys <file|dir>', 'public keys (*.asc, *.pub) that commits must be signed with')
    .option(
      '--dnsmasq-dir <dir>',
      "where a managed dnsmasq's files lie; its own user reads there (default: below /run/barewright)",
    )
    .addOption(
      new Option('--builder <program>', 'what builds container images; auto: Docker Engine where it answers')
        .choices(['auto', 'docker', 'buildah'])
        .default('auto'),
    )
    .option(
      '--docker-host <url>',
      'where Docker Engine listens (default: $DOCKER_HOST, else unix:///var/run/docker.sock)',
    )
    .option(
      '--log-port <port>',
      "UDP port, on the host of --boot-listen, that takes installers' logs; 0 takes none",
      countOrZeroArgument,
      DEFAULT_LOG_PORT,
    )
    .option('--no-bind-addresses', 'take reports of a node from any address')
    .option(
      '--keep-events <days>',
      'prune older events, 0 keeps all; installs, approvals and commits always stay',
      countOrZeroArgument,
      DEFAULT_SETTINGS.keepEventsDays,
    )
    .option('--otlp <url>', 'where traces go, by OTLP over HTTP (default: $OTEL_EXPORTER_OTLP_ENDPOINT)')
    .addOption(new Option('--log-level <level>', 'least level to log').choices(LOG_LEVELS).default('info'));
  addStoreOptions(command);
  examples(
    command,
    'run --repo ~/site --data ~/barewright --boot-listen 10.10.0.2:8480',
    'run --repo git@git.example.org:ops/site.git --branch main --ssh-key ~/.ssh/barewright --known-hosts ~/.ssh/known_hosts',
  );
}

function listenOption(flags: string, description: string, listen: { host: string; port: number }): Option {
  return new Option(flags, description)
    .argParser(listenArgument(listen.host))
    .default(listen, `${listen.host}:${listen.port}`);
}

export async function run(context: Context, _args: readonly string[], options: Options): Promise<ExitCode> {
  const settings = await settingsOf(context, options);
  const [{ startDaemon }, { createLogger }, { serveUntilSignal }] = await Promise.all([
    import('../../daemon/daemon.ts'),
    import('../logger.ts'),
    import('../serve-until.ts'),
  ]);
  const daemon = await startDaemon(settings, { log: createLogger(context, options.logLevel) });
  say(context, `page and API   ${daemon.url}`);
  say(context, `boot server    ${daemon.bootUrl}`);
  return serveUntilSignal(context, daemon);
}

async function settingsOf(context: Context, options: Options): Promise<DaemonSettings> {
  const path = (text: string) => resolve(context.cwd, text);
  const dataDir = options.data === undefined ? defaultDataDir(context) : path(options.data);
  const { sshKey, knownHosts, tokenFile } = options;
  const store = storeOf(context, options);
  const tracing = tracingOf(context.env, options.otlp);
  return {
    ...DEFAULT_SETTINGS,
    repository: await repositoryOf(context, options.repo),
    branch: options.branch ?? null,
    dataDir,
    ...(store === undefined ? {} : { store }),
    ...(tracing === null ? {} : { tracing }),
    secretsDir: options.secrets === undefined ? join(dataDir, 'secrets') : path(options.secrets),
    bootListen: options.bootListen,
    bootUrl: options.bootUrl ?? null,
    controlListen: options.controlListen,
    ...tlsOf(path, options),
    pollInterval: options.poll,
    auth: {
      ...(sshKey === undefined ? {} : { sshKeyFile: path(sshKey) }),
      ...(knownHosts === undefined ? {} : { knownHostsFile: path(knownHosts) }),
      ...(tokenFile === undefined ? {} : { tokenFile: path(tokenFile) }),
    },
    ...(options.ageKeyFile === undefined ? {} : { ageKeyFile: path(options.ageKeyFile) }),
    ...(options.verifyKeys === undefined ? {} : { verifyKeys: path(options.verifyKeys) }),
    bindAddresses: options.bindAddresses,
    logPort: options.logPort === 0 ? null : options.logPort,
    ...(options.dnsmasqDir === undefined ? {} : { dnsmasq: { directory: path(options.dnsmasqDir) } }),
    images: {
      builder: {
        kind: options.builder,
        ...(options.dockerHost === undefined ? {} : { dockerHost: options.dockerHost }),
      },
    },
    keepEventsDays: options.keepEvents,
    env: context.env,
  };
}

function tlsOf(
  path: (text: string) => string,
  { tlsCert, tlsKey }: Options,
): Pick<DaemonSettings, 'controlTls'> {
  if (tlsCert === undefined && tlsKey === undefined) return {};
  if (tlsCert === undefined || tlsKey === undefined)
    throw new CliError(EXIT.usage, '--tls-cert and --tls-key are given together, or not at all');
  return { controlTls: { certFile: path(tlsCert), keyFile: path(tlsKey) } };
}

async function repositoryOf(context: Context, repo: string | undefined): Promise<string> {
  if (repo === undefined) return topOf(context.cwd);
  return parseLocation(repo).kind === 'local' ? resolve(context.cwd, repo) : repo;
}
