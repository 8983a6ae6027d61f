/** One UDP socket and the links on it. */

import { createSocket } from 'node:dgram';
import { IpmiFormatError } from '../../ipmi/format-error.ts';
import { decodePacket, PAYLOAD_IPMI, type PlusPacket } from '../../ipmi/packet.ts';
import type { Endpoint } from './endpoint.ts';

/** What stands behind a console session id. */
export interface Receiver {
  readonly consoleId: number;
  readonly endpoint: Endpoint;
  receive(packet: PlusPacket): void;
  fail(error: Error): void;
}

export interface SharedSocket {
  add(receiver: Receiver): void;
  delete(receiver: Receiver): void;
  has(consoleId: number): boolean;
  size(): number;
  send(datagram: Buffer, receiver: Receiver): void;
  close(): Promise<void>;
}

/** Asked for, and cut by the kernel to what it allows (net.core.rmem_max). */
const RECEIVE_BUFFER = 4 << 20;

export function createSharedSocket(family: 4 | 6): SharedSocket {
  const receivers = new Map<number, Receiver>();
  /** Some BMCs leave the session id out when they refuse a log-in: those answers are found by their sender. */
  const byPeer = new Map<string, Receiver>();
  const socket = createSocket({ type: `udp${family}`, recvBufferSize: RECEIVE_BUFFER, lookup: numericOnly });
  let closing: Promise<void> | undefined;

  socket.on('message', (datagram, { address, port }) => {
    const packet = plusPacket(datagram);
    if (!packet) return;
    const receiver = receivers.get(consoleIdOf(packet)) ?? byPeer.get(`${address} ${port}`);
    if (receiver && isFrom(receiver.endpoint, address, port)) receiver.receive(packet);
  });
  socket.on('error', (error) => {
    for (const receiver of [...receivers.values()]) receiver.fail(error);
  });

  return {
    add(receiver) {
      receivers.set(receiver.consoleId, receiver);
      byPeer.set(peer(receiver.endpoint), receiver);
    },
    delete(receiver) {
      receivers.delete(receiver.consoleId);
      const key = peer(receiver.endpoint);
      if (byPeer.get(key) === receiver) byPeer.delete(key);
    },
    has: (consoleId) => receivers.has(consoleId),
    size: () => receivers.size,
    send(datagram, receiver) {
      const { port, address } = receiver.endpoint;
      if (closing) return receiver.fail(closedError());
      socket.send(datagram, port, address, (error) => {
        if (error) receiver.fail(error);
      });
    },
    close() {
      closing ??= new Promise((resolve) => socket.close(resolve));
      for (const receiver of [...receivers.values()]) receiver.fail(closedError());
      return closing;
    },
  };
}

function closedError(): Error {
  return Object.assign(new Error('the socket is closed'), { code: 'ERR_SOCKET_CLOSED' });
}

function plusPacket(datagram: Buffer): PlusPacket | undefined {
  try {
    const packet = decodePacket(datagram);
    return packet.kind === 'plus' ? packet : undefined;
  } catch (error) {
    if (error instanceof IpmiFormatError) return undefined;
    throw error;
  }
}

/** In a session it stands in the header, before it at one place in every answer. */
function consoleIdOf({ payloadType, sessionId, payload }: PlusPacket): number {
  if (payloadType === PAYLOAD_IPMI) return sessionId;
  return payload.length >= 8 ? payload.readUInt32LE(4) : 0;
}

function peer({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

/** One IPv6 address has many spellings, so there the port must do; the session's codes hold for the rest. */
function isFrom(endpoint: Endpoint, address: string, port: number): boolean {
  return endpoint.port === port && (endpoint.family === 6 || endpoint.address === address);
}

/** Endpoints are numeric by now: the resolver would only cost time. */
function numericOnly(
  host: string,
  _options: unknown,
  callback: (error: null, address: string, family: number) => void,
): void {
  callback(null, host, host.includes(':') ? 6 : 4);
}
