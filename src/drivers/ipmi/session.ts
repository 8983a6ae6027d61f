/** An open session with a BMC: commands in order, and the end. */

import { CMD_CLOSE_SESSION, encodeCloseSession } from '../../ipmi/commands/session.ts';
import { decodeResponse, encodeRequest, type IpmiResponse, NETFN_APP } from '../../ipmi/message.ts';
import { PAYLOAD_IPMI, type PlusPacket } from '../../ipmi/packet.ts';
import { open, seal } from '../../ipmi/session.ts';
import { COMPLETION_OK } from '../../ipmi/status.ts';
import type { BmcCommand, SendCommand } from './commands.ts';
import type { Link } from './link.ts';
import type { LoggedIn } from './login.ts';
import { lostError } from './lost.ts';
import type { RandomBytes } from './random-pool.ts';
import { completionError } from './refusals.ts';
import type { Timing } from './timing.ts';

export interface ClientSession {
  send: SendCommand;
  /** Never rejects: a BMC that does not answer takes the session back by itself after a minute. */
  close(): Promise<void>;
}

export function createClientSession(parts: {
  link: Link;
  login: LoggedIn;
  timing: Timing;
  random: RandomBytes;
}): ClientSession {
  const { link, timing, random } = parts;
  const { keys, bmcId } = parts.login;
  let packetsSent = 0;
  let requests = 0;

  function sealed(message: Buffer): Buffer {
    packetsSent += 1;
    return seal(keys, PAYLOAD_IPMI, bmcId, packetsSent, message, random(16));
  }

  function nextSequence(): number {
    requests = (requests + 1) & 0x3f;
    return requests;
  }

  async function send(command: BmcCommand): Promise<Buffer> {
    const sequence = nextSequence();
    const message = encodeRequest({ ...command, sequence });
    const { value } = await link
      .ask({
        // Sent again with a new session sequence number and the old request sequence number (§6.12.13).
        packet: () => sealed(message),
        waits: command.write ? [timing.write] : timing.read,
        accept: (packet) => answerTo(packet, command, sequence),
      })
      .catch(lostError('timeout', `no answer to ${command.name}`, command.write ? 'timeout' : 'protocol'));
    if (value.completionCode !== COMPLETION_OK)
      throw completionError(command.name, value.completionCode, command.refusals);
    return value.data;
  }

  function answerTo(packet: PlusPacket, command: BmcCommand, sequence: number): IpmiResponse | undefined {
    if (packet.payloadType !== PAYLOAD_IPMI) return undefined;
    const response = decodeResponse(open(keys, packet));
    const fits =
      response.sequence === sequence &&
      response.netFn === command.netFn &&
      response.command === command.command;
    return fits ? response : undefined;
  }

  async function close(): Promise<void> {
    const data = encodeCloseSession(bmcId);
    const message = encodeRequest({
      netFn: NETFN_APP,
      command: CMD_CLOSE_SESSION,
      sequence: nextSequence(),
      data,
    });
    // Any packet in the session will do as an answer: it is not worth deciphering.
    const answered = link.ask({
      packet: () => sealed(message),
      waits: timing.close,
      accept: (packet) => packet.payloadType === PAYLOAD_IPMI || undefined,
    });
    await answered.catch(() => {});
  }

  return { send, close };
}
