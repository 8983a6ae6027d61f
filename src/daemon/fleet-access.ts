/** The nodes of the site in force and the way to their BMCs. */

import { TIMING } from '../act/step.ts';
import { createDrivers } from '../drivers/registry.ts';
import type { Journal } from '../model/journal.ts';
import { createPowerObserver } from '../observe/power-observer.ts';
import { createFleet } from './fleet.ts';
import { createNodeDrivers } from './node-drivers.ts';
import type { Scope } from './scope.ts';
import { createSecrets } from './secrets.ts';
import type { DaemonSettings } from './settings.ts';
import { sopsFilesOf } from './sops-files.ts';

export type FleetAccess = ReturnType<typeof openFleet>;

export function openFleet(
  settings: DaemonSettings,
  journal: Journal,
  /** What is said of netboot and images; see createFleet. */
  needs: Pick<Parameters<typeof createFleet>[0], 'awaits' | 'images' | 'imageKnowledge'>,
  clock: () => number,
  scope: Scope,
) {
  const sopsFiles = sopsFilesOf(settings);
  const secrets = createSecrets(settings.secretsDir, settings.env, sopsFiles);
  const drivers = scope.keep(createDrivers(settings.drivers));
  const nodeDrivers = scope.keep(
    createNodeDrivers({
      node: (name) => fleet.node(name),
      secrets,
      make: (bmc, credential) => drivers.driverFor(bmc, credential, fleet.site()?.policy.bmcGap),
    }),
  );
  const observer = createPowerObserver({ journal, driverFor: nodeDrivers.driverFor, clock });
  const timing = { ...TIMING, ...settings.timing };
  const fleet = createFleet({ journal, lastReading: observer.lastReading, timing, clock, ...needs });

  /** Because a person asks for it: a log-in that was refused is tried once more, too. */
  function readByHand(name: string): Promise<void> {
    const bmc = fleet.node(name)?.bmc;
    if (bmc) drivers.forgive(bmc);
    return observer.read(name);
  }
  return { secrets, sopsFiles, nodeDrivers, observer, readByHand, fleet };
}
