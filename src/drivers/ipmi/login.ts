/** The console's half of a log-in: Open Session, then RAKP 1 to 4 (IPMI 2.0 §13.15). */

import { type CipherSuiteId, cipherSuite } from '../../ipmi/cipher-suite.ts';
import { decodeOpenResponse, encodeOpenRequest, type OpenResponse } from '../../ipmi/open-session.ts';
import {
  encodePlainPlus,
  PAYLOAD_OPEN_REQUEST,
  PAYLOAD_OPEN_RESPONSE,
  PAYLOAD_RAKP_1,
  PAYLOAD_RAKP_2,
  PAYLOAD_RAKP_3,
  PAYLOAD_RAKP_4,
} from '../../ipmi/packet.ts';
import { decodeRakp2, decodeRakpCode, encodeRakp1, encodeRakpCode, ROLE_NAME_ONLY } from '../../ipmi/rakp.ts';
import {
  type Exchange,
  rakp2Code,
  rakp3Code,
  rakp4Code,
  type Secret,
  sameCode,
  sessionIntegrityKey,
  sessionKeys,
} from '../../ipmi/rakp-keys.ts';
import type { SessionKeys } from '../../ipmi/session.ts';
import { STATUS_BAD_CODE, STATUS_OK } from '../../ipmi/status.ts';
import { PowerError } from '../../model/power.ts';
import type { Link } from './link.ts';
import { lostError } from './lost.ts';
import type { RandomBytes } from './random-pool.ts';
import { statusError } from './refusals.ts';
import type { Timing } from './timing.ts';

export interface LoginOptions {
  link: Link;
  username: Buffer;
  password: Secret;
  /** Privilege asked for, 2-4. */
  role: number;
  suite: CipherSuiteId;
  timing: Timing;
  random: RandomBytes;
}

export interface LoggedIn {
  bmcId: number;
  keys: SessionKeys;
}

/** Rejects with PowerError: `unreachable` without a first answer, `cipher`, `busy`, `auth`, `privilege`, `timeout`, `protocol`. */
export async function logIn(options: LoginOptions): Promise<LoggedIn> {
  const { link, username, random } = options;
  const { bmcId } = await openSession(options);
  const exchange: Exchange = {
    consoleId: link.consoleId,
    bmcId,
    consoleRandom: random(16),
    role: options.role | ROLE_NAME_ONLY,
    username,
    bmcRandom: Buffer.alloc(0),
    guid: Buffer.alloc(0),
  };
  try {
    return { bmcId, keys: await proveEachOther(options, exchange) };
  } catch (error) {
    giveUp(options, bmcId);
    throw error;
  }
}

/** RAKP 1 to 4; fills the exchange on the way. */
async function proveEachOther(options: LoginOptions, exchange: Exchange): Promise<SessionKeys> {
  const suite = cipherSuite(options.suite);
  const challenged = await challenge(options, exchange);
  exchange.bmcRandom = challenged.bmcRandom;
  exchange.guid = challenged.guid;
  const { password } = options;
  if (!sameCode(challenged.code, rakp2Code(suite, password, exchange))) {
    throw new PowerError('auth', 'the BMC has another password for this user');
  }
  const sik = sessionIntegrityKey(suite, password, exchange);
  const activated = await activate(options, exchange, challenged.sends);
  if (!sameCode(activated, rakp4Code(suite, sik, exchange))) {
    throw new PowerError('protocol', 'RAKP 4 carries a wrong code');
  }
  return sessionKeys(suite, sik);
}

async function openSession({ link, role, suite: id, timing }: LoginOptions): Promise<OpenResponse> {
  const suite = cipherSuite(id);
  const request = encodeOpenRequest({ tag: TAG_OPEN, privilege: role, consoleId: link.consoleId }, suite);
  const packet = encodePlainPlus(PAYLOAD_OPEN_REQUEST, request);
  const { value } = await link
    .ask({
      packet: () => packet,
      waits: timing.open,
      accept({ payloadType, payload }) {
        if (payloadType !== PAYLOAD_OPEN_RESPONSE) return undefined;
        const response = decodeOpenResponse(payload);
        return response.tag === TAG_OPEN ? response : undefined;
      },
    })
    .catch(lostError('unreachable', 'no answer to the log-in'));
  if (value.status !== STATUS_OK) throw statusError('Open Session', value.status);
  const agreed =
    value.authentication === suite.authentication &&
    value.integrity === suite.integrity &&
    value.confidentiality === suite.confidentiality;
  if (!agreed) throw new PowerError('cipher', `the BMC answers with other algorithms than suite ${id} has`);
  return value;
}

async function challenge({ link, suite, timing }: LoginOptions, exchange: Exchange) {
  const { bmcId, consoleRandom, role, username } = exchange;
  const packet = encodePlainPlus(
    PAYLOAD_RAKP_1,
    encodeRakp1({ tag: TAG_RAKP_1, bmcId, consoleRandom, role, username }),
  );
  const { value, sends } = await link
    .ask({
      packet: () => packet,
      waits: timing.login,
      accept({ payloadType, payload }) {
        if (payloadType !== PAYLOAD_RAKP_2) return undefined;
        const response = decodeRakp2(payload, cipherSuite(suite).codeLength);
        return response.tag === TAG_RAKP_1 ? response : undefined;
      },
    })
    .catch(lostError('timeout', 'no further answer in the log-in'));
  if (value.status !== STATUS_OK) throw statusError('the user', value.status);
  return { bmcRandom: value.bmcRandom, guid: value.guid, code: value.code, sends };
}

/** The code in RAKP 4. */
async function activate(options: LoginOptions, exchange: Exchange, challenges: number): Promise<Buffer> {
  const { link, timing, password } = options;
  const suite = cipherSuite(options.suite);
  const code = rakp3Code(suite, password, exchange);
  const message = { tag: TAG_RAKP_3, status: STATUS_OK, sessionId: exchange.bmcId, code };
  const packet = encodePlainPlus(PAYLOAD_RAKP_3, encodeRakpCode(message));
  const { value, sends } = await link
    .ask({
      packet: () => packet,
      waits: timing.login,
      accept({ payloadType, payload }) {
        if (payloadType !== PAYLOAD_RAKP_4) return undefined;
        const response = decodeRakpCode(payload, suite.shortCodeLength);
        return response.tag === TAG_RAKP_3 ? response : undefined;
      },
    })
    .catch(lostError('timeout', 'no further answer in the log-in'));
  if (value.status === STATUS_OK) return value.code;
  // RAKP 2 has shown that both ends know the password. A BMC that draws a new challenge for each repeated RAKP 1 refuses
  // an answer to the first: that is a lossy network, not a wrong password, and must not be remembered as one.
  if (challenges > 1 || sends > 1) throw new PowerError('timeout', 'the log-in was garbled by lost packets');
  throw statusError('the log-in', value.status);
}

/** Tells the BMC that the log-in ends here, which frees the slot; nobody answers to that. */
function giveUp({ link }: LoginOptions, bmcId: number): void {
  const message = { tag: TAG_RAKP_3, status: STATUS_BAD_CODE, sessionId: bmcId, code: Buffer.alloc(0) };
  const packet = encodePlainPlus(PAYLOAD_RAKP_3, encodeRakpCode(message));
  link.tell(packet);
}

const TAG_OPEN = 1;
const TAG_RAKP_1 = 2;
const TAG_RAKP_3 = 3;
