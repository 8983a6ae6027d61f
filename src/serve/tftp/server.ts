/** A TFTP server for reading, whose files are made at the moment they are asked for, and for whom. */

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { ERRORS, errorPacket, parseRequest, type ReadRequest } from './packet.ts';
import { sendFile, type TftpFile } from './transfer.ts';

export interface TftpServerOptions {
  /** IPv4, of this machine. */
  address: string;
  port: number;
  /** Null for a file that there is not, or not for this one. `path` without a leading slash. */
  open(path: string, address: string): Promise<TftpFile | null>;
  /** The whole file has arrived. */
  onSent(path: string, address: string): void;
  onError(error: unknown, path: string): void;
}

/** More than a rack asks for at once; beyond it a request is not answered, and asked again. */
const MOST_TRANSFERS = 512;

/** Resolves when it listens; rejects with what the system says, such as EADDRINUSE. */
export async function startTftpServer(options: TftpServerOptions): Promise<{ close(): Promise<void> }> {
  const { address, port, open, onSent, onError } = options;
  const socket = createSocket('udp4');
  const ending = new AbortController();
  const running = new Map<string, Promise<void>>();

  socket.on('message', (packet, peer) => {
    const key = `${peer.address}:${peer.port}`;
    // Asked for again because the first answer is slow to come.
    if (running.has(key) || running.size >= MOST_TRANSFERS) return;
    const request = parseRequest(packet);
    if (!request) return refuse(peer, ERRORS.illegal, 'only reading in octet mode');
    const work = answer(request, peer).finally(() => running.delete(key));
    running.set(key, work);
  });

  async function answer({ path: asked, options: wanted }: ReadRequest, to: RemoteInfo): Promise<void> {
    const path = asked.replace(/^\/+/, '');
    try {
      const file = await open(path, to.address);
      if (!file) return refuse(to, ERRORS.notFound, 'file not found');
      try {
        const arrived = await sendFile({ from: address, to, file, options: wanted, signal: ending.signal });
        if (arrived) onSent(path, to.address);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (ending.signal.aborted) return;
      refuse(to, ERRORS.unknown, 'error');
      onError(error, path);
    }
  }

  function refuse(to: RemoteInfo, code: number, message: string): void {
    if (!ending.signal.aborted) socket.send(errorPacket(code, message), to.port, to.address, () => {});
  }

  await bound(socket, address, port);
  socket.on('error', (error) => onError(error, ''));
  return {
    async close() {
      ending.abort();
      await Promise.allSettled(running.values());
      await new Promise<void>((resolve) => {
        socket.close(resolve);
      });
    },
  };
}

function bound(socket: Socket, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}
