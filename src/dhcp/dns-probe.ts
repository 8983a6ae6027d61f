/** One DNS question, to learn whether anybody answers. */

import { createSocket } from 'node:dgram';

/** `version.bind.` CH TXT, which dnsmasq answers by itself, without asking another server (dnsmasq(8)). */
const QUESTION = Buffer.from('beef01000001000000000000' + '0776657273696f6e0462696e6400' + '00100003', 'hex');

/** Resolves with whether any answer came within so many ms. */
export function askDns(address: string, port: number, patience: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (answered: boolean) => {
      clearTimeout(timer);
      socket.removeAllListeners().on('error', () => {});
      socket.close();
      resolve(answered);
    };
    const timer = setTimeout(end, patience, false);
    socket.once('error', () => end(false));
    socket.once('message', () => end(true));
    socket.send(QUESTION, port, address);
  });
}
