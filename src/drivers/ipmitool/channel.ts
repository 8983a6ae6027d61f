/**
 * Commands to one BMC through the program ipmitool, for BMCs that our own client does not get along with. Every
 * command goes as `raw`, so that bytes come back instead of prose, and each is a session of its own.
 */

import { execa } from 'execa';
import type { CipherSuiteId } from '../../ipmi/cipher-suite.ts';
import { RMCP_PORT } from '../../ipmi/rmcp.ts';
import { PowerError } from '../../model/power.ts';
import {
  type BmcMemory,
  checkNotRefused,
  createBmcMemory,
  credentialDigest,
  noteRefusal,
} from '../bmc-memory.ts';
import type { IpmiTarget } from '../ipmi/channel.ts';
import type { BmcCommand, BmcRole, CommandChannel } from '../ipmi/commands.ts';
import { withSuite } from '../ipmi/suites.ts';
import type { IpmitoolHome } from './home.ts';
import { readFailure, readRawOutput } from './messages.ts';

export interface IpmitoolParts {
  home: IpmitoolHome;
  memory?: BmcMemory;
  /** Default `ipmitool`, looked for in the system's directories. */
  program?: string;
  /** Sendings of each packet of a read, default 4: fewer fail falsely on a lossy network. */
  tries?: number;
}

/** The environment is not passed on: only what ipmitool needs, and the password, which must not be in its arguments. */
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const LONGEST_RUN_MS = 60_000;
/** A write is sent once and waited for longer. */
const WRITE_WAIT_SECONDS = 5;
/** Log-ins that a write may lose before it has left: with one sending per packet that is soon. */
const WRITE_LOGINS = 3;

interface Run {
  exitCode?: number | undefined;
  /** ENOENT where there is no such program. */
  code?: string | undefined;
  timedOut: boolean;
  stdout: string;
  stderr: string;
}

export function createIpmitoolChannel(target: IpmiTarget, parts: IpmitoolParts): CommandChannel {
  const { home, memory = createBmcMemory(), program = 'ipmitool', tries = 4 } = parts;
  const digest = credentialDigest(target);

  async function send(role: BmcRole, command: BmcCommand): Promise<Buffer> {
    checkNotRefused(memory, digest);
    try {
      return await withSuite(memory, (suite) => sendWithSuite(role, command, suite));
    } catch (error) {
      noteRefusal(memory, digest, error);
      throw error;
    }
  }

  async function sendWithSuite(role: BmcRole, command: BmcCommand, suite: CipherSuiteId): Promise<Buffer> {
    for (let login = 1; ; login++) {
      const run = await start(role, command, suite);
      if (run.exitCode === 0) return readRawOutput(run.stdout, command.name);
      const { error, beforeCommand } = explain(run, command);
      const again = command.write && beforeCommand && login < WRITE_LOGINS && LOST.has(error.kind);
      if (!again) throw error;
    }
  }

  async function start(role: BmcRole, command: BmcCommand, suite: CipherSuiteId): Promise<Run> {
    const patience = command.write ? [1, WRITE_WAIT_SECONDS] : [tries, 1];
    const [sendings, seconds] = patience.map(String);
    const args = [
      '-v',
      '-I',
      'lanplus',
      '-C',
      `${suite}`,
      '-H',
      target.host,
      '-p',
      `${target.port ?? RMCP_PORT}`,
    ];
    args.push('-U', target.username, '-E', '-L', role.toUpperCase(), '-R', `${sendings}`, '-N', `${seconds}`);
    args.push('raw', ...[command.netFn, command.command, ...(command.data ?? [])].map((byte) => `${byte}`));
    return execa(program, args, {
      env: { PATH: SYSTEM_PATH, HOME: await home.path(), LC_ALL: 'C', IPMITOOL_PASSWORD: target.password },
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
      stripFinalNewline: false,
      timeout: LONGEST_RUN_MS,
    });
  }

  return {
    run: (role, use) => use((command) => send(role, command)),
    describe: () => (memory.suite ? `ipmitool, cipher suite ${memory.suite}` : 'ipmitool'),
    close: async () => {},
  };
}

const LOST: ReadonlySet<string> = new Set(['unreachable', 'timeout']);

function explain(run: Run, command: BmcCommand) {
  if (run.code === 'ENOENT') {
    return {
      error: new PowerError('unsupported', 'the program ipmitool is not installed'),
      beforeCommand: false,
    };
  }
  if (run.timedOut) {
    return {
      error: new PowerError('timeout', `${command.name}: ipmitool did not end`),
      beforeCommand: false,
    };
  }
  return readFailure(run.stderr, command);
}
