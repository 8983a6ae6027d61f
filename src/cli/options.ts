/** Options that several verbs share, and readers of what they take. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../desired/duration.ts';

export interface ClientOptions {
  data?: string;
  server?: string;
  ca?: string;
}
export interface TimeOptions {
  utc?: boolean;
}

export function addClientOption(command: Command): Command {
  return command
    .option('--data <dir>', 'data directory of the daemon')
    .option(
      '--server <url>',
      'a daemon elsewhere, with the token in BAREWRIGHT_TOKEN (default: $BAREWRIGHT_SERVER)',
    )
    .option(
      '--ca <file>',
      'with it: certificates that vouch for it (default: $BAREWRIGHT_CA, else the usual ones)',
    );
}

export function addUtcOption(command: Command): Command {
  return command.option('--utc', 'show times in UTC');
}

/** `-o json|yaml|…`; the first of the choices may be left unsaid. */
export function addOutputOption(command: Command, ...choices: string[]): Command {
  return command.addOption(new Option('-o, --output <format>', 'form of the answer').choices(choices));
}

/** `10m` to milliseconds. */
export function durationArgument(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError('Write a duration such as 30s, 10m, 2h or 7d.');
  return ms;
}

export function countArgument(text: string): number {
  const count = Number(text);
  if (!/^\d{1,9}$/.test(text) || count < 1) throw new InvalidArgumentError('Write a whole number from 1.');
  return count;
}

/** As `countArgument`, and 0 for "never" or "all". */
export function countOrZeroArgument(text: string): number {
  return text === '0' ? 0 : countArgument(text);
}

/** `127.0.0.1:8481`, `[::1]:8481`, or a port alone, for which the host is `fallback`. */
export function listenArgument(fallback: string): (text: string) => { host: string; port: number } {
  return (text) => {
    const match = /^(?:\[([\da-fA-F:]+)\]:|([^:[\]]+):)?(\d{1,5})$/.exec(text);
    const port = Number(match?.[3]);
    if (!match || port > 65_535) throw new InvalidArgumentError('Write HOST:PORT, such as 127.0.0.1:8481.');
    return { host: match[1] ?? match[2] ?? fallback, port };
  };
}

/** Gathers an option that may be given several times, or once with commas. */
export function listArgument(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), ...text.split(',').filter((part) => part !== '')];
}

/** With the daemon that plans the change, which may be elsewhere. */
export function addEditOptions(command: Command): Command {
  return addClientOption(command)
    .option('-m, --message <text>', 'message of the commit')
    .option('--repo <dir>', 'work tree to edit (default: the one around the working directory)')
    .option('--branch <name>', 'commit to this new branch instead of the one that is checked out')
    .option('--pr', 'commit to a new branch, push it to origin, and open a pull request with the plan')
    .option('--token-file <file>', 'with --pr: the token of the forge (default: BAREWRIGHT_FORGE_TOKEN)')
    .option('--dry-run', 'only show what would change')
    .option('-y, --yes', 'do not ask, even when data is lost')
    .option('--offline', 'plan without a daemon, every node assumed settled');
}

export function addWhyOption(command: Command): Command {
  return command.option('--why <text>', 'reason, for the journal');
}

/** 0 lets the system choose. */
export function portArgument(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('Write a port, 0 to 65535.');
  return Number(text);
}
