/**
 * A simulated BMC without a socket: packets in, packets out. It speaks RMCP+ well enough for ipmitool and ipmipower
 * (cipher suites 3 and 17), holds boot options, and passes power commands on to a chassis.
 */

import type { CipherSuiteId } from '../../ipmi/cipher-suite.ts';
import type { BootFlags } from '../../ipmi/commands/boot-options.ts';
import type { DeviceId } from '../../ipmi/commands/device-id.ts';
import { IpmiFormatError } from '../../ipmi/format-error.ts';
import { decodeRequest, encodeResponse } from '../../ipmi/message.ts';
import {
  decodePacket,
  encodeLegacy,
  encodePlainPlus,
  PAYLOAD_IPMI,
  PAYLOAD_OPEN_REQUEST,
  PAYLOAD_RAKP_1,
  PAYLOAD_RAKP_3,
  type PlusPacket,
} from '../../ipmi/packet.ts';
import { encodePong } from '../../ipmi/rmcp.ts';
import { open, type SessionKeys, seal } from '../../ipmi/session.ts';
import { createBootStore } from './boot-store.ts';
import { answerCommand, type Chassis, type CommandParts } from './commands.ts';
import { type BmcFaults, faultNumber } from './faults.ts';
import { answerOpen, answerRakp1, answerRakp3, type LoginParts } from './login.ts';
import { acceptSequence, type BmcSession, type BmcUser, createSessionTable } from './session-table.ts';

export interface BmcOptions {
  users: readonly BmcUser[];
  chassis: Chassis;
  /** So many random bytes: session ids, challenges, initialization vectors. */
  random: (bytes: number) => Buffer;
  /** Milliseconds of any monotonic clock. */
  now: () => number;
  /** Calls back after so many milliseconds; only used by the fault `delay`. */
  after?: (ms: number, run: () => void) => void;
  /** Default: 3 and 17. */
  suites?: readonly CipherSuiteId[];
  faults?: BmcFaults;
  /** Sessions held at once, default 4. */
  sessions?: number;
  identity?: DeviceId;
  /** 16 bytes. */
  guid?: Buffer;
}

export interface Bmc {
  /**
   * Takes one datagram; `reply` is called once or not at all, at once unless a fault delays it. `from` tells clients
   * apart (`address:port`), so that a repeated Open Session takes no second slot. Never throws on garbage.
   */
  handle(datagram: Buffer, reply: (datagram: Buffer) => void, from?: string): void;
  /** Boot flags in force now. */
  bootFlags(): BootFlags;
  /** For the machine as it starts: the flags in force, used up unless persistent. */
  takeBootFlags(): BootFlags;
  /** Sessions open or in log-in. */
  sessionCount(): number;
}

const DEFAULT_SUITES: readonly CipherSuiteId[] = [3, 17];
const DEFAULT_GUID = Buffer.from('62617265777269676874206c61622e00', 'hex');
const DEFAULT_IDENTITY: DeviceId = {
  deviceId: 0x20,
  deviceRevision: 1,
  firmwareMajor: 1,
  firmwareMinor: 0,
  ipmiVersion: '2.0',
  manufacturer: 0,
  product: 1,
};
const NO_FAULTS: BmcFaults = () => 'ok';

export function createBmc(options: BmcOptions): Bmc {
  const { random, now } = options;
  const faults = options.faults ?? NO_FAULTS;
  const after = options.after ?? ((ms: number, run: () => void) => void setTimeout(run, ms).unref());
  const sessions = createSessionTable({
    capacity: options.sessions ?? 4,
    now,
    newId: () => random(4).readUInt32LE(0),
  });
  const boot = createBootStore(now);
  const suites = options.suites ?? DEFAULT_SUITES;
  const guid = options.guid ?? DEFAULT_GUID;
  const login: LoginParts = { users: options.users, suites, guid, random, sessions };
  const identity = options.identity ?? DEFAULT_IDENTITY;
  const parts: CommandParts = { chassis: options.chassis, boot, suites, identity, sessions, faults };

  function answer(datagram: Buffer, from: string): Buffer | undefined {
    const packet = decodePacket(datagram);
    if (packet.kind === 'asf') return packet.type === 'ping' ? encodePong(packet.tag) : undefined;
    if (packet.kind === 'legacy') {
      if (packet.sessionId !== 0) return undefined;
      const message = answerCommand(parts, decodeRequest(packet.payload), undefined);
      return message && encodeLegacy(message);
    }
    if (packet.payloadType === PAYLOAD_IPMI) return answerMessage(packet);
    return answerLogin(packet, from);
  }

  function answerLogin(packet: PlusPacket, from: string): Buffer | undefined {
    if (packet.payloadType === PAYLOAD_OPEN_REQUEST) {
      const fault = faults('open');
      return fault === 'drop' ? undefined : answerOpen(login, packet, from, fault === 'full');
    }
    if (packet.payloadType === PAYLOAD_RAKP_1) {
      return faults('rakp1') === 'drop' ? undefined : answerRakp1(login, packet);
    }
    if (packet.payloadType === PAYLOAD_RAKP_3) {
      return faults('rakp3') === 'drop' ? undefined : answerRakp3(login, packet);
    }
    return undefined;
  }

  function answerMessage(packet: PlusPacket): Buffer | undefined {
    if (packet.sessionId === 0) {
      const message = answerCommand(parts, decodeRequest(packet.payload), undefined);
      return message && encodePlainPlus(PAYLOAD_IPMI, message);
    }
    const session = sessions.find(packet.sessionId);
    const keys = session?.keys;
    if (!session || !keys) return undefined;
    const bytes = open(keys, packet);
    const fresh = acceptSequence(session, packet.sequence);
    const repeated = session.last?.request.equals(bytes) === true;
    if (!fresh && !repeated) return undefined;
    const response = repeated ? session.last?.response : answerFresh(session, bytes);
    return response && sealFor(session, keys, response);
  }

  function answerFresh(session: BmcSession, bytes: Buffer): Buffer | undefined {
    const request = decodeRequest(bytes);
    const fault = faults('command');
    if (fault === 'drop') return undefined;
    const refusal = faultNumber(fault, 'code');
    const response =
      refusal === undefined ? answerCommand(parts, request, session) : encodeResponse(request, refusal);
    if (response) session.last = { request: bytes, response };
    return fault === 'no-answer' ? undefined : response;
  }

  function sealFor(session: BmcSession, keys: SessionKeys, message: Buffer): Buffer {
    session.sent += 1;
    return seal(keys, PAYLOAD_IPMI, session.consoleId, session.sent, message, random(16));
  }

  function respond(datagram: Buffer, reply: (datagram: Buffer) => void, from: string): void {
    const response = answerOrNothing(datagram, from);
    if (!response) return;
    const fault = faults('reply');
    if (fault === 'drop' || fault === 'no-answer') return;
    const delay = faultNumber(fault, 'delay');
    if (delay === undefined) reply(response);
    else after(delay, () => reply(response));
  }

  function answerOrNothing(datagram: Buffer, from: string): Buffer | undefined {
    try {
      return answer(datagram, from);
    } catch (error) {
      // A BMC says nothing to what it cannot read.
      if (error instanceof IpmiFormatError) return undefined;
      throw error;
    }
  }

  return {
    handle(datagram, reply, from = '') {
      const fault = faults('receive');
      if (fault === 'drop') return;
      const delay = faultNumber(fault, 'delay');
      if (delay === undefined) respond(datagram, reply, from);
      else after(delay, () => respond(datagram, reply, from));
    },
    bootFlags: boot.flags,
    takeBootFlags: boot.take,
    sessionCount: sessions.size,
  };
}
