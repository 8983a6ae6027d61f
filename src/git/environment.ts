/** What a git child may see. Everything else of the caller's environment, `GIT_DIR` above all, stays out. */

import { resolve } from 'node:path';
import { GitError } from './errors.ts';
import type { Location } from './location.ts';

export interface Auth {
  sshKeyFile?: string;
  knownHostsFile?: string;
  /** First line: the token. Sent as the password, over https only (or to loopback). */
  tokenFile?: string;
}

export type Environment = Record<string, string>;

const KEPT = new Set(
  `PATH HOME USER LOGNAME TMPDIR XDG_CONFIG_HOME SSH_AUTH_SOCK SSL_CERT_FILE SSL_CERT_DIR LD_LIBRARY_PATH
   HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_NOSYSTEM
   GIT_SSL_CAINFO GIT_SSL_CAPATH GIT_EXEC_PATH`.split(/\s+/),
);

/** For reading a repository on this machine: no prompt, no pager, no lock, no network, no replaced object. */
export function readEnvironment(caller: NodeJS.ProcessEnv): Environment {
  const kept = Object.entries(caller).flatMap(([name, value]) =>
    value !== undefined && KEPT.has(name.toUpperCase()) ? [[name, value] as const] : [],
  );
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_LITERAL_PATHSPECS: '1',
    // A local repository may itself be a partial clone: its remote is its owner's affair.
    GIT_ALLOW_PROTOCOL: 'none',
  };
}

/** For talking to a server. A token is read by a credential helper at the moment git asks for it. */
export function networkEnvironment(
  caller: NodeJS.ProcessEnv,
  location: Location & { kind: 'remote' },
  auth: Auth,
): Environment {
  const base = { ...readEnvironment(caller), GIT_ALLOW_PROTOCOL: location.scheme };
  if (location.scheme === 'ssh')
    return { ...base, GIT_SSH_COMMAND: sshCommand(auth), GIT_SSH_VARIANT: 'ssh' };
  return auth.tokenFile === undefined ? base : { ...base, ...tokenHelper(location, auth.tokenFile) };
}

function tokenHelper(location: Location & { kind: 'remote' }, tokenFile: string): Environment {
  const loopback = /^http:\/\/(127\.[\d.]+|\[::1\]|localhost)(:\d+)?$/.test(location.origin);
  if (location.scheme !== 'https' && !loopback) {
    throw new GitError('unsafe', `a token is sent over https only; correct the URL of ${location.origin}`);
  }
  // `read` and `printf` are built into every shell, so the token is in no argument list.
  const helper =
    '!f() { test "$1" = get || return 0; IFS= read -r token < "$BAREWRIGHT_GIT_TOKEN_FILE"; printf "password=%s\\n" "$token"; }; f';
  const settings = [
    ['credential.helper', ''],
    [`credential.${location.origin}.helper`, helper],
    // Used only where the URL names no user; the forges take any name beside a token.
    [`credential.${location.origin}.username`, 'x-access-token'],
  ] as const;
  const environment: Environment = {
    BAREWRIGHT_GIT_TOKEN_FILE: resolve(tokenFile),
    GIT_CONFIG_COUNT: String(settings.length),
  };
  for (const [index, [key, value]] of settings.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return environment;
}

/** The text of GIT_SSH_COMMAND: never asks, never learns a host key, gives up on a silent server (ssh_config(5)). */
export function sshCommand({ sshKeyFile, knownHostsFile }: Auth): string {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'ConnectTimeout=15',
    'ServerAliveInterval=15',
    'ServerAliveCountMax=3',
  ];
  if (sshKeyFile !== undefined) options.push('IdentitiesOnly=yes');
  if (knownHostsFile !== undefined) options.push(`UserKnownHostsFile="${sshPath(knownHostsFile)}"`);
  const key = sshKeyFile === undefined ? [] : ['-i', sshPath(sshKeyFile)];
  return ['ssh', ...key, ...options.flatMap((option) => ['-o', option])].map(shellWord).join(' ');
}

/** ssh takes `%` for a token (`-i` in one place and not in another), and splits known_hosts outside double quotes. */
function sshPath(file: string): string {
  if (!/[%"\x00-\x1f]/.test(file)) return resolve(file);
  throw new GitError('unsafe', `rename ${JSON.stringify(file)}: ssh cannot be given that name`);
}

function shellWord(word: string): string {
  return /^[\w./=:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
