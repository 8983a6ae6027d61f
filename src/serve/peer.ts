/** Who asks: the other end of the connection, or the machine that the proxy names. */

import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * A socket that listens on `::` names IPv4 peers as `::ffff:10.0.0.11`. Throws where the connection is gone by now, as when
 * a machine loses its power: nobody hears the answer, and nothing says who asked; and where the proxy names nobody.
 */
export function peerOf(request: FastifyRequest, proxy: string | null): string {
  const { remoteAddress } = request.socket;
  if (!remoteAddress) throw Object.assign(new Error('the connection is gone'), { statusCode: 400 });
  const peer = plain(remoteAddress);
  if (peer !== proxy) return peer;
  const named = request.headers['x-forwarded-for'];
  // One address: nginx replaces what the machine itself may have written there.
  if (typeof named !== 'string' || isIP(named) === 0) {
    throw Object.assign(new Error('the proxy does not say who asks'), { statusCode: 400 });
  }
  return plain(named);
}

export function isProxy({ socket }: FastifyRequest, proxy: string | null): boolean {
  return proxy !== null && plain(socket.remoteAddress ?? '') === proxy;
}

function plain(address: string): string {
  return address.replace(/^::ffff:(?=[\d.]+$)/i, '');
}
