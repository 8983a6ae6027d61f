/** The power driver of each node: made when first needed, made anew when its address or its credential changes. */

import type { BmcAddress, DesiredNode } from '../model/desired.ts';
import { type PowerDriver, PowerError } from '../model/power.ts';
import type { Secrets } from './secrets.ts';

export interface NodeDrivers {
  /** Null for a node without a BMC, or one that Git does not know. */
  driverFor(node: string): PowerDriver | null;
  /** Lets go of drivers that no node needs any more, or whose credential is one of these. */
  retire(credentials: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

interface Ports {
  node(name: string): DesiredNode | null;
  secrets: Pick<Secrets, 'credential'>;
  make(bmc: BmcAddress, credential: { username: string; password: string }): PowerDriver;
}

export function createNodeDrivers({ node, secrets, make }: Ports): NodeDrivers {
  const drivers = new Map<string, { url: string; credentials: string; driver: PowerDriver }>();

  function driverFor(name: string): PowerDriver | null {
    const bmc = node(name)?.bmc;
    if (!bmc) return null;
    const known = drivers.get(name);
    if (known?.url === bmc.url && known.credentials === bmc.credentials) return known.driver;
    if (known) {
      drivers.delete(name);
      void known.driver.close();
    }
    const credential = secrets.credential(bmc.credentials);
    if (!credential.ok) return refusing(credential.why);
    const driver = make(bmc, credential);
    drivers.set(name, { url: bmc.url, credentials: bmc.credentials, driver });
    return driver;
  }

  async function retire(credentials: readonly string[]): Promise<void> {
    for (const [name, { driver, ...entry }] of drivers) {
      if (node(name) && !credentials.includes(entry.credentials)) continue;
      drivers.delete(name);
      await driver.close();
    }
  }

  async function close(): Promise<void> {
    await Promise.all([...drivers.values()].map(({ driver }) => driver.close()));
    drivers.clear();
  }

  return { driverFor, retire, close };
}

/** Stands in where the credential cannot be read: nothing is sent, and the reason is the node's condition. */
function refusing(why: string): PowerDriver {
  const refuse = () => Promise.reject(new PowerError('auth', why));
  return {
    readPower: refuse,
    setPower: refuse,
    setNextBoot: refuse,
    describe: refuse,
    close: async () => {},
  };
}
