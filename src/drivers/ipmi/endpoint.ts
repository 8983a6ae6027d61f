/** Where a BMC is to be found on the network. */

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { PowerError } from '../../model/power.ts';

export interface Endpoint {
  /** Numeric. */
  address: string;
  port: number;
  family: 4 | 6;
}

/** Resolves a host name anew each time, as the address may move; rejects with PowerError `unreachable`. */
export async function resolveEndpoint(host: string, port: number): Promise<Endpoint> {
  const bare = host.startsWith('[') ? host.slice(1, -1) : host;
  const numeric = isIP(bare);
  if (numeric !== 0) return { address: bare, port, family: numeric === 6 ? 6 : 4 };
  try {
    const { address, family } = await lookup(bare);
    return { address, port, family: family === 6 ? 6 : 4 };
  } catch (cause) {
    throw new PowerError('unreachable', `the name ${bare} has no address`, { cause });
  }
}
