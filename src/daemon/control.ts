/** The control plane, wired and listening. */

import type { Logger } from 'pino';
import { type ControlPorts, createControlPlane } from '../serve/control-plane.ts';

/** Listens; rejects with the port's name when it is taken. */
export async function startControlPlane(
  ports: Omit<ControlPorts, 'onError'>,
  listen: { host: string; port: number },
  log: Logger,
): Promise<{ url: string; close(): Promise<void> }> {
  const plane = createControlPlane({
    ...ports,
    onError: (err, what) => log.error({ err, reason: 'ControlPlane' }, `control plane: ${what}`),
  });
  const url = await plane.listen(listen);
  return { url, close: () => plane.close() };
}
