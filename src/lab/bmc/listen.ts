/** Puts a simulated BMC on a UDP port. */

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Bmc } from './bmc.ts';

export interface BmcListener {
  address: string;
  port: number;
  close(): Promise<void>;
}

/** Port 0 takes a free one. Rejects when the address cannot be had (EADDRINUSE, EADDRNOTAVAIL). */
export async function listenBmc(options: { address: string; port: number; bmc: Bmc }): Promise<BmcListener> {
  const { bmc } = options;
  const socket = createSocket({ type: options.address.includes(':') ? 'udp6' : 'udp4', lookup: noLookup });
  let closed = false;
  socket.on('message', (datagram, { address, port }) => {
    bmc.handle(
      datagram,
      (response) => {
        if (!closed) socket.send(response, port, address, ignoreSendError);
      },
      `${address}:${port}`,
    );
  });
  // A look-up that answers at once lets "listening" come before bind() returns.
  const listening = once(socket, 'listening');
  socket.bind({ address: options.address, port: options.port, exclusive: true });
  await listening;
  // From here on an error is one of a single datagram (ICMP "port unreachable"): the client is gone, nothing else.
  socket.on('error', () => {});
  const { address, port } = socket.address();
  return {
    address,
    port,
    async close() {
      if (closed) return;
      closed = true;
      await closeSocket(socket);
    },
  };
}

function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

/** Addresses of received packets are numeric: the resolver would only cost time. */
function noLookup(
  host: string,
  _options: unknown,
  callback: (error: null, address: string, family: number) => void,
): void {
  callback(null, host, host.includes(':') ? 6 : 4);
}

function ignoreSendError(): void {}
