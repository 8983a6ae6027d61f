/** One resolved node. */

import type { BmcAddress, DesiredNode, Interface } from '../model/desired.ts';
import { parseAddress } from './address.ts';
import { parseBmcUrl } from './bmc-url.ts';
import type { Digests } from './digests.ts';
import type { Placed } from './gather.ts';
import type { Effective } from './inherit.ts';

export interface NodeDraft {
  node: Placed<'Node'>;
  effective: Effective;
}

/** Takes a node that has passed every check; throws when it has not. */
export function buildNode({ node, effective }: NodeDraft, digests: Digests): DesiredNode {
  const { name, spec, metadata } = node;
  const interfaces = spec.interfaces.map(buildInterface);
  const boot = interfaces.find((iface) => iface.boot);
  const { profile, power, firmware, generation, sources } = effective;
  if (!boot || profile === null) throw new Error(`node ${name} was not checked`);
  return {
    name,
    pool: spec.pool,
    labels: metadata.labels ?? {},
    power,
    firmware,
    profile,
    generation,
    protected: spec.protected ? { reason: spec.protected.reason } : null,
    paused: buildPause(spec.paused),
    bmc: buildBmc(spec.bmc?.url, effective.credentials),
    interfaces,
    bootMac: boot.mac,
    bootAddress: boot.address,
    installDigest: digests.install({ name, profile, firmware, interfaces }),
    configDigest: digests.config(profile),
    sources,
  };
}

function buildInterface({
  name,
  mac,
  network,
  address,
  boot,
}: Placed<'Node'>['spec']['interfaces'][number]): Interface {
  const canonical = address === undefined ? null : (parseAddress(address)?.text ?? address);
  return { name, mac, network, address: canonical, boot: boot === true };
}

function buildPause(paused: Placed<'Node'>['spec']['paused']): DesiredNode['paused'] {
  if (!paused) return null;
  return { reason: paused.reason, until: paused.until === undefined ? null : Date.parse(paused.until) };
}

function buildBmc(url: string | undefined, credentials: string | null): BmcAddress | null {
  const bmc = url === undefined ? null : parseBmcUrl(url);
  return bmc && credentials !== null ? { ...bmc, credentials } : null;
}
