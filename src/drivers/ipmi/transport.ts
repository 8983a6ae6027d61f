/**
 * A few UDP sockets shared by all BMCs. Answers find their session by the console's session id, which is unique here;
 * at most so many sessions are under way per socket, the rest wait their turn: beyond about 128 the receive buffer of
 * a socket overflows and answers are lost.
 */

import { PowerError } from '../../model/power.ts';
import type { Endpoint } from './endpoint.ts';
import { createLink, type Link } from './link.ts';
import type { RandomBytes } from './random-pool.ts';
import { createSharedSocket, type SharedSocket } from './shared-socket.ts';

export interface TransportOptions {
  random: RandomBytes;
  /** Sockets per address family, default 4. */
  sockets?: number;
  /** Sessions under way per socket, default 128. */
  perSocket?: number;
}

export interface Transport {
  /** A link to one BMC, as soon as there is room. Release it in every case. Rejects with PowerError `unreachable` once the transport is closed. */
  link(endpoint: Endpoint): Promise<Link>;
  /** Links under way fail; resolves when the sockets are closed. */
  close(): Promise<void>;
}

export function createTransport(options: TransportOptions): Transport {
  const { random, sockets: most = 4, perSocket = 128 } = options;
  const sockets = { 4: [] as SharedSocket[], 6: [] as SharedSocket[] };
  const waiting: { endpoint: Endpoint; grant: (link: Link) => void; refuse: (error: Error) => void }[] = [];
  let closed = false;

  /** The least loaded socket with room; a new one only when the others are full. */
  function roomFor(family: 4 | 6): SharedSocket | undefined {
    const ofFamily = sockets[family];
    let best: SharedSocket | undefined;
    for (const socket of ofFamily) {
      if (socket.size() < perSocket && (!best || socket.size() < best.size())) best = socket;
    }
    if (best || ofFamily.length >= most) return best;
    const created = createSharedSocket(family);
    ofFamily.push(created);
    return created;
  }

  function linkOn(socket: SharedSocket, endpoint: Endpoint): Link {
    let consoleId = random(4).readUInt32LE(0);
    while (consoleId === 0 || socket.has(consoleId)) consoleId = random(4).readUInt32LE(0);
    return createLink({ socket, endpoint, consoleId, released: grantNext });
  }

  function grantNext(): void {
    const next = waiting[0];
    const socket = next && roomFor(next.endpoint.family);
    if (!next || !socket) return;
    waiting.shift();
    next.grant(linkOn(socket, next.endpoint));
  }

  return {
    link(endpoint) {
      if (closed) return Promise.reject(closedError());
      const socket = waiting.length === 0 ? roomFor(endpoint.family) : undefined;
      if (socket) return Promise.resolve(linkOn(socket, endpoint));
      return new Promise((grant, refuse) => waiting.push({ endpoint, grant, refuse }));
    },
    async close() {
      closed = true;
      for (const { refuse } of waiting.splice(0)) refuse(closedError());
      await Promise.all([...sockets[4], ...sockets[6]].map((socket) => socket.close()));
    },
  };
}

function closedError(): PowerError {
  return new PowerError('unreachable', 'the IPMI client is closed');
}
