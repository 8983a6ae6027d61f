/** One file on its way to one machine: blocks, acknowledgements, and blocks again where none came. */

import { createSocket, type RemoteInfo } from 'node:dgram';
import { termsOf } from './options.ts';
import { dataPacket, ERRORS, errorPacket, optionsPacket, parseReply } from './packet.ts';

export interface TftpFile {
  /** Bytes. */
  size: number;
  /** Up to `length` bytes from `start` on, all of them where the file has them. */
  read(start: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface Transfer {
  /** The address that the request came to: the answers have to come from it. */
  from: string;
  to: Pick<RemoteInfo, 'address' | 'port'>;
  file: TftpFile;
  options: ReadonlyMap<string, string>;
  signal: AbortSignal;
}

const MOST_REPEATS = 6;

/** Resolves with whether the file arrived; rejects with what went wrong on this side. The caller closes the file. */
export async function sendFile({ from, to, file, options, signal }: Transfer): Promise<boolean> {
  const { blockSize, window, timeout, accepted } = termsOf(options, file.size);
  const blocks = Math.floor(file.size / blockSize) + 1;
  const socket = createSocket('udp4');
  let hear: (acknowledged: number | 'failed' | 'silence') => void = () => {};
  let acknowledged = accepted.size > 0 ? -1 : 0;

  socket.on('message', (packet, peer) => {
    if (peer.address !== to.address || peer.port !== to.port) return;
    const reply = parseReply(packet);
    if (reply?.kind === 'error') hear('failed');
    // Its 16 bits stand for the one of that number within the window.
    if (reply?.kind === 'ack') hear(acknowledged + ((reply.block - acknowledged) & 0xffff));
  });
  const failed = new Promise<never>((_resolve, reject) => {
    socket.on('error', reject);
    signal.addEventListener('abort', () => reject(new Error('the daemon ends')), { once: true });
  });

  /** The next thing that is acknowledged beyond what was; `silence` when nothing came in time. */
  function heard(most: number, patience: number): Promise<number | 'failed' | 'silence'> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => hear('silence'), patience);
      hear = (what) => {
        // One that was acknowledged before is no reason to send again (the sorcerer's apprentice, RFC 1123 §4.2.3.1).
        if (typeof what === 'number' && (what <= acknowledged || what > most)) return;
        clearTimeout(timer);
        hear = () => {};
        resolve(what);
      };
    });
  }

  async function send(): Promise<number> {
    if (acknowledged < 0) {
      socket.send(optionsPacket(accepted), to.port, to.address);
      return 0;
    }
    const last = Math.min(acknowledged + window, blocks);
    const bytes = await file.read(acknowledged * blockSize, (last - acknowledged) * blockSize);
    for (let block = acknowledged + 1; block <= last; block++) {
      const at = (block - acknowledged - 1) * blockSize;
      socket.send(dataPacket(block, bytes.subarray(at, at + blockSize)), to.port, to.address);
    }
    return last;
  }

  async function run(): Promise<boolean> {
    await new Promise<void>((resolve) => {
      socket.bind(0, from, resolve);
    });
    let repeats = 0;
    while (acknowledged < blocks) {
      const last = await send();
      const what = await heard(last, timeout * (repeats + 1));
      if (what === 'failed') return false;
      if (what === 'silence') {
        repeats += 1;
        if (repeats < MOST_REPEATS) continue;
        socket.send(errorPacket(ERRORS.unknown, 'no answer'), to.port, to.address);
        return false;
      }
      repeats = 0;
      acknowledged = what;
    }
    return true;
  }

  try {
    return await Promise.race([run(), failed]);
  } finally {
    hear('failed');
    socket.close();
  }
}
