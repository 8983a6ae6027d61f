/** A changed secret wakes those that failed on it: their drivers are made anew and their BMCs asked again. */

import type { Logger } from 'pino';
import type { Site } from '../model/desired.ts';
import { repeat } from './loops.ts';
import type { NodeDrivers } from './node-drivers.ts';
import type { Secrets } from './secrets.ts';

const PAUSE = 2_000;

interface Ports {
  secrets: Secrets;
  nodeDrivers: Pick<NodeDrivers, 'retire'>;
  site(): Site | null;
  /** Asks all BMCs soon. */
  sweep(): void;
  log: Logger;
  onError(error: unknown): void;
}

export function watchSecrets({ secrets, nodeDrivers, site, sweep, log, onError }: Ports) {
  async function look(): Promise<void> {
    const inForce = site();
    if (!inForce) return;
    const changed = await secrets.refresh(inForce.credentials);
    if (changed.length === 0) return;
    log.info(
      { reason: 'SecretChanged', credentials: changed },
      'credentials changed; asking their BMCs again',
    );
    await nodeDrivers.retire(changed);
    sweep();
  }
  return repeat(look, () => PAUSE, onError);
}
