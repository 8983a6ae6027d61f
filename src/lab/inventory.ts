/** A site repository for a generated rack, so that a daemon can be pointed at it. */

import { stringify } from 'yaml';
import type { SecretRef } from '../model/secret-ref.ts';
import { API_VERSION, type Kind, type Metadata, type PolicySpec, type SpecOf } from '../model/site.ts';
import { LAB_BMC_PORT, labMachines } from './specs.ts';

export interface InventoryOptions {
  username?: string;
  password?: SecretRef;
  /** Over the built-in policy; a lab may install everything at once. */
  policy?: PolicySpec;
  /** Default 1. */
  generation?: number;
  /** Of every BMC; default 6230. */
  port?: number;
}

/** The variable that the lab's inventory takes the BMC password from. */
export const LAB_PASSWORD_ENV = 'BAREWRIGHT_LAB_PASSWORD';

/**
 * The files of a site with `count` nodes, one pool, one profile `lab` with one stack `base`:
 * path in the repository → text.
 */
export function inventoryFor(count: number, options: InventoryOptions = {}): Map<string, string> {
  const {
    username = 'admin',
    password = { env: LAB_PASSWORD_ENV },
    policy,
    generation = 1,
    port = LAB_BMC_PORT,
  } = options;
  const files = new Map<string, string>();
  files.set(
    'inventory/site.yaml',
    document(
      'Site',
      { name: 'lab' },
      {
        domain: 'lab.test',
        credentials: { lab: { username, password } },
        defaults: { bmc: { credentials: 'lab' }, install: { profile: 'lab', generation } },
        ...(policy ? { policy } : {}),
      },
    ),
  );
  files.set(
    'inventory/networks.yaml',
    document('Network', { name: 'install' }, { cidr: '127.78.0.0/16', dhcp: false, role: 'install' }),
  );
  files.set(
    'inventory/pools.yaml',
    document(
      'Pool',
      { name: 'lab' },
      {
        description: 'simulated machines',
        policy: { unavailablePerPool: '25%' },
      },
    ),
  );
  for (const { name, rack, mac, bmc, address } of labMachines(count)) {
    const boot = { name: 'eno1', mac, network: 'install', address, boot: true };
    const spec = { pool: 'lab', bmc: { url: `ipmi://${bmc}:${port}` }, interfaces: [boot] };
    files.set(`inventory/nodes/${name}.yaml`, document('Node', { name, labels: { rack } }, spec));
  }
  files.set(
    'profiles/lab.yaml',
    document(
      'Profile',
      { name: 'lab' },
      {
        description: 'what simulated machines are installed with',
        os: { family: 'debian', release: 'trixie' },
        stacks: [{ name: 'base' }],
      },
    ),
  );
  files.set(
    'profiles/stacks/base/stack.yaml',
    document('Stack', { name: 'base' }, { description: 'nothing but a mark', os: ['debian'] }),
  );
  files.set('profiles/stacks/base/apply.sh', '#!/bin/sh\nset -eu\ntouch /var/lib/barewright-base\n');
  files.set('profiles/stacks/base/check.sh', '#!/bin/sh\ntest -e /var/lib/barewright-base\n');
  return files;
}

/** One document as a file of the repository. */
export function document<K extends Kind>(kind: K, metadata: Metadata, spec: SpecOf[K]): string {
  return stringify({ apiVersion: API_VERSION, kind, metadata, spec });
}
