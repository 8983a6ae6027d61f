/** Loopback addresses of one scenario alone: many of them live side by side, in one process and in several. */

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { NodeText } from '../promises/site-text.ts';

interface Block {
  places: NodeText[];
  /** Where the boot plane listens, before and after a restart. */
  boot: { host: string; port: number };
  release(): void;
}

const CLAIM_PORT = 6230;

/** Takes 127.x.y.0/24 by holding one port of it, so that no other process takes it as well. */
export async function claimBlock(names: readonly string[]): Promise<Block> {
  for (;;) {
    const net = `127.${pick(20, 100)}.${pick(0, 250)}`;
    const claim = await hold(`${net}.254`);
    if (!claim) continue;
    return {
      places: names.map((name, i) => ({
        name,
        mac: `52:54:00:4d:00:${(i + 1).toString(16).padStart(2, '0')}`,
        bmc: `${net}.${i + 1}`,
        address: `${net}.${i + 101}`,
      })),
      boot: { host: `${net}.250`, port: 8480 },
      release: () => claim.close(),
    };
  }
}

function pick(low: number, high: number): number {
  return low + Math.floor(Math.random() * (high - low));
}

async function hold(address: string): Promise<Socket | null> {
  const socket = createSocket('udp4');
  try {
    socket.bind({ address, port: CLAIM_PORT, exclusive: true });
    await once(socket, 'listening');
    return socket;
  } catch {
    return null;
  }
}
