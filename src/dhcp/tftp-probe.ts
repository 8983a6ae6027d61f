/** One TFTP read request, to learn whether anybody answers. */

import { createSocket } from 'node:dgram';

/** Resolves with whether any answer came within so many ms: data, or an error such as "file not found" (RFC 1350 §5). */
export function askTftp(address: string, port: number, file: string, patience: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    let ended = false;
    const end = (answered: boolean) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      socket.close();
      resolve(answered);
    };
    const timer = setTimeout(end, patience, false);
    socket.on('error', () => end(false));
    socket.on('message', (message, from) => {
      // Block 1 is the whole of it: acknowledged, so that it is not sent again and again.
      const isData = message.readUInt16BE(0) === 3;
      if (!isData) return end(true);
      socket.send(Buffer.from([0, 4, 0, 1]), from.port, from.address, () => end(true));
    });
    socket.send(Buffer.from(`\0\x01${file}\0octet\0`, 'latin1'), port, address, (error) => {
      if (error) end(false);
    });
  });
}
