/** Commands to one BMC through our own RMCP+ client: a session for each operation, closed at its end. */

import type { CipherSuiteId } from '../../ipmi/cipher-suite.ts';
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
import type { BmcRole, CommandChannel, SendCommand } from './commands.ts';
import { resolveEndpoint } from './endpoint.ts';
import type { Link } from './link.ts';
import { type LoggedIn, logIn } from './login.ts';
import type { RandomBytes } from './random-pool.ts';
import { type ClientSession, createClientSession } from './session.ts';
import { DEFAULT_TIMING, type Timing } from './timing.ts';
import type { Transport } from './transport.ts';

export interface IpmiTarget {
  host: string;
  /** Null: 623. */
  port: number | null;
  username: string;
  password: string;
}

export interface ChannelParts {
  transport: Transport;
  random: RandomBytes;
  timing?: Timing;
}

export function createIpmiChannel(
  target: IpmiTarget,
  { transport, random, timing = DEFAULT_TIMING }: ChannelParts,
): CommandChannel {
  const username = Buffer.from(target.username, 'utf8');
  const password = Buffer.from(target.password, 'utf8');
  let suite: CipherSuiteId | undefined;
  /** A refused log-in is not tried again: BMCs lock accounts. A changed secret makes a new channel. */
  let refused: PowerError | undefined = tooLong(username, password);

  async function run<T>(role: BmcRole, use: (send: SendCommand) => Promise<T>): Promise<T> {
    if (refused) throw new PowerError('auth', `${refused.message}; not tried again until the secret changes`);
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
      if (error instanceof PowerError && error.kind === 'auth') refused = error;
      throw error;
    } finally {
      link.release();
    }
  }

  /** The suite that worked, or the strongest first; the other one only when the BMC refuses the first. */
  async function logInWithSuite(link: Link, role: BmcRole): Promise<LoggedIn> {
    const first = suite ?? 17;
    const level = role === 'user' ? PRIVILEGE_USER : PRIVILEGE_OPERATOR;
    const attempt = (id: CipherSuiteId) =>
      logIn({ link, username, password, role: level, suite: id, timing, random });
    try {
      const login = await attempt(first);
      suite = first;
      return login;
    } catch (error) {
      if (!(error instanceof PowerError) || error.kind !== 'cipher') throw error;
    }
    const second = first === 17 ? 3 : 17;
    const login = await attempt(second);
    suite = second;
    return login;
  }

  return {
    run,
    describe: () => (suite ? `own client, cipher suite ${suite}` : 'own client'),
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

function tooLong(username: Buffer, password: Buffer): PowerError | undefined {
  if (username.length > MAX_USERNAME_BYTES) {
    return new PowerError('auth', `the user name is longer than ${MAX_USERNAME_BYTES} bytes`);
  }
  if (password.length > MAX_PASSWORD_BYTES) {
    return new PowerError('auth', `the password is longer than ${MAX_PASSWORD_BYTES} bytes`);
  }
  return undefined;
}
