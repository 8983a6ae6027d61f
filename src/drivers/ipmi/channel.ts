/** Commands to one BMC through our own RMCP+ client: a session for each operation, closed at its end. */

import { createSecretKey } from 'node:crypto';
import {
  CMD_SET_SESSION_PRIVILEGE,
  encodeSetPrivilege,
  PRIVILEGE_OPERATOR,
  PRIVILEGE_USER,
} from '../../ipmi/commands/session.ts';
import { NETFN_APP } from '../../ipmi/message.ts';
import { MAX_PASSWORD_BYTES, MAX_USERNAME_BYTES } from '../../ipmi/rakp.ts';
import { RMCP_PORT } from '../../ipmi/rmcp.ts';
import { PowerError } from '../../model/power.ts';
import {
  type BmcMemory,
  type Credentials,
  checkNotRefused,
  createBmcMemory,
  credentialDigest,
  noteRefusal,
} from '../bmc-memory.ts';
import type { BmcRole, CommandChannel, SendCommand } from './commands.ts';
import { resolveEndpoint } from './endpoint.ts';
import type { Link } from './link.ts';
import { type LoggedIn, logIn } from './login.ts';
import type { RandomBytes } from './random-pool.ts';
import { type ClientSession, createClientSession } from './session.ts';
import { withSuite } from './suites.ts';
import { DEFAULT_TIMING, type Timing } from './timing.ts';
import type { Transport } from './transport.ts';

export interface IpmiTarget extends Credentials {
  host: string;
  /** Null: 623. */
  port: number | null;
}

export interface ChannelParts {
  transport: Transport;
  random: RandomBytes;
  /** Shared by all drivers of this BMC. */
  memory?: BmcMemory;
  timing?: Timing;
}

export function createIpmiChannel(
  target: IpmiTarget,
  { transport, random, memory = createBmcMemory(), timing = DEFAULT_TIMING }: ChannelParts,
): CommandChannel {
  const username = Buffer.from(target.username, 'utf8');
  const passwordBytes = Buffer.from(target.password, 'utf8');
  const password = createSecretKey(passwordBytes);
  const digest = credentialDigest(target);

  async function run<T>(role: BmcRole, use: (send: SendCommand) => Promise<T>): Promise<T> {
    checkLength(username, passwordBytes);
    checkNotRefused(memory, digest);
    const link = await transport.link(await resolveEndpoint(target.host, target.port ?? RMCP_PORT));
    try {
      const login = await logInWithSuite(link, role);
      const session = createClientSession({ link, login, timing, random });
      try {
        if (role === 'operator') await raisePrivilege(session);
        return await use(session.send);
      } finally {
        await session.close();
      }
    } catch (error) {
      noteRefusal(memory, digest, error);
      throw error;
    } finally {
      link.release();
    }
  }

  function logInWithSuite(link: Link, role: BmcRole): Promise<LoggedIn> {
    const level = role === 'user' ? PRIVILEGE_USER : PRIVILEGE_OPERATOR;
    return withSuite(memory, (suite) =>
      logIn({ link, username, password, role: level, suite, timing, random }),
    );
  }

  return {
    run,
    describe: () => (memory.suite ? `own client, cipher suite ${memory.suite}` : 'own client'),
    close: async () => {},
  };
}

async function raisePrivilege({ send }: ClientSession): Promise<void> {
  await send({
    name: 'Set Session Privilege Level',
    netFn: NETFN_APP,
    command: CMD_SET_SESSION_PRIVILEGE,
    data: encodeSetPrivilege(PRIVILEGE_OPERATOR),
    // Changes only this session, and to the same level each time.
    write: false,
    refusals: LEVEL_REFUSED,
  });
}

/** Level not available to this user, or above its limit (IPMI 2.0 §22.18). */
const LEVEL_REFUSED = new Map([
  [0x80, 'privilege'],
  [0x81, 'privilege'],
] as const);

/** The protocol has room for no more; a BMC would only see the beginning. */
function checkLength(username: Buffer, password: Buffer): void {
  if (username.length > MAX_USERNAME_BYTES) {
    throw new PowerError('auth', `the user name is longer than ${MAX_USERNAME_BYTES} bytes`);
  }
  if (password.length > MAX_PASSWORD_BYTES) {
    throw new PowerError('auth', `the password is longer than ${MAX_PASSWORD_BYTES} bytes`);
  }
}
