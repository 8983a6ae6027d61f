/** The BMC's half of a log-in: Open Session, RAKP 1 and RAKP 3 in, their answers out (IPMI 2.0 §13.17 to §13.24). */

import { type CipherSuiteId, suiteOfAlgorithms } from '../../ipmi/cipher-suite.ts';
import { PRIVILEGE_ADMIN, PRIVILEGE_USER } from '../../ipmi/commands/session.ts';
import { decodeOpenRequest, encodeOpenRefusal, encodeOpenResponse } from '../../ipmi/open-session.ts';
import {
  encodePlainPlus,
  PAYLOAD_OPEN_RESPONSE,
  PAYLOAD_RAKP_2,
  PAYLOAD_RAKP_4,
  type PlusPacket,
} from '../../ipmi/packet.ts';
import { decodeRakp1, decodeRakpCode, encodeRakp2, encodeRakpCode } from '../../ipmi/rakp.ts';
import {
  rakp2Code,
  rakp3Code,
  rakp4Code,
  sameCode,
  sessionIntegrityKey,
  sessionKeys,
} from '../../ipmi/rakp-keys.ts';
import {
  STATUS_BAD_CODE,
  STATUS_INVALID_SESSION,
  STATUS_NO_PRIVILEGE,
  STATUS_NO_RESOURCES,
  STATUS_NO_SUITE,
  STATUS_OK,
  STATUS_UNKNOWN_USER,
} from '../../ipmi/status.ts';
import type { BmcUser, SessionTable } from './session-table.ts';

const EMPTY = Buffer.alloc(0);

export interface LoginParts {
  users: readonly BmcUser[];
  suites: readonly CipherSuiteId[];
  guid: Buffer;
  random: (bytes: number) => Buffer;
  sessions: SessionTable;
}

/** `full` makes the table look full. Throws IpmiFormatError for a request that cannot be read. */
export function answerOpen(parts: LoginParts, packet: PlusPacket, from: string, full: boolean): Buffer {
  const request = decodeOpenRequest(packet.payload);
  const refuse = (status: number) =>
    encodePlainPlus(PAYLOAD_OPEN_RESPONSE, encodeOpenRefusal(request.tag, status, request.consoleId));
  const suite = suiteOfAlgorithms(request.authentication, request.integrity, request.confidentiality);
  if (!suite || !parts.suites.includes(suite.id)) return refuse(STATUS_NO_SUITE);
  const limit = Math.min(request.privilege || PRIVILEGE_ADMIN, PRIVILEGE_ADMIN);
  const openedBy = from === '' ? '' : `${from} ${request.tag} ${request.consoleId}`;
  const session = full
    ? undefined
    : parts.sessions.open({ consoleId: request.consoleId, openedBy, suite, limit });
  if (!session) return refuse(STATUS_NO_RESOURCES);
  const { tag, consoleId } = request;
  return encodePlainPlus(
    PAYLOAD_OPEN_RESPONSE,
    encodeOpenResponse({ tag, privilege: limit, consoleId, bmcId: session.id }, suite),
  );
}

export function answerRakp1(parts: LoginParts, packet: PlusPacket): Buffer {
  const request = decodeRakp1(packet.payload);
  const session = parts.sessions.find(request.bmcId);
  const refuse = (status: number) => {
    if (session) parts.sessions.delete(session.id);
    const consoleId = session?.consoleId ?? 0;
    const message = { tag: request.tag, status, consoleId, bmcRandom: EMPTY, guid: EMPTY, code: EMPTY };
    return encodePlainPlus(PAYLOAD_RAKP_2, encodeRakp2(message));
  };
  if (!session || session.keys) return refuse(STATUS_INVALID_SESSION);
  const name = request.username.toString('latin1');
  const user = parts.users.find((candidate) => candidate.name === name);
  if (!user) return refuse(STATUS_UNKNOWN_USER);
  const wanted = request.role & 0x0f || session.limit;
  if (wanted > (user.privilege ?? PRIVILEGE_ADMIN)) return refuse(STATUS_NO_PRIVILEGE);
  session.user = user;
  session.limit = Math.min(session.limit, wanted);
  // A repeated RAKP 1 gets the same answer, so that a slow first answer is not made worthless by the second.
  session.exchange ??= {
    consoleId: session.consoleId,
    bmcId: session.id,
    consoleRandom: Buffer.from(request.consoleRandom),
    bmcRandom: parts.random(16),
    guid: parts.guid,
    role: request.role,
    username: Buffer.from(request.username),
  };
  const { exchange, suite, consoleId } = session;
  const code = rakp2Code(suite, passwordOf(user), exchange);
  const { bmcRandom, guid } = exchange;
  return encodePlainPlus(
    PAYLOAD_RAKP_2,
    encodeRakp2({ tag: request.tag, status: STATUS_OK, consoleId, bmcRandom, guid, code }),
  );
}

/** Undefined where nothing is to be said: the console gave up the log-in. */
export function answerRakp3(parts: LoginParts, packet: PlusPacket): Buffer | undefined {
  // The length of the code depends on the session's suite, and the session id stands in front of it.
  const { sessionId } = decodeRakpCode(packet.payload, 0);
  const session = parts.sessions.find(sessionId);
  if (!session?.exchange || !session.user) return undefined;
  const { suite, exchange } = session;
  const request = decodeRakpCode(packet.payload, suite.codeLength);
  const answer = (status: number, code: Buffer) =>
    encodePlainPlus(
      PAYLOAD_RAKP_4,
      encodeRakpCode({ tag: request.tag, status, sessionId: session.consoleId, code }),
    );
  if (request.status !== STATUS_OK) {
    if (!session.keys) parts.sessions.delete(session.id);
    return undefined;
  }
  const password = passwordOf(session.user);
  if (!sameCode(request.code, rakp3Code(suite, password, exchange))) {
    if (!session.keys) parts.sessions.delete(session.id);
    return answer(STATUS_BAD_CODE, EMPTY);
  }
  const sik = sessionIntegrityKey(suite, password, exchange);
  session.keys ??= sessionKeys(suite, sik);
  session.privilege ||= Math.min(PRIVILEGE_USER, session.limit);
  return answer(STATUS_OK, rakp4Code(suite, sik, exchange));
}

function passwordOf(user: BmcUser): Buffer {
  return Buffer.from(user.password, 'utf8');
}
