/** What follows from a node's document alone. Kept with the document: of 10,000 nodes, a commit changes a few. */

import type { Bond, Interface, Vlan } from '../model/desired.ts';
import { type Address, parseAddress } from './address.ts';
import { bmcIdentity, parseBmcUrl } from './bmc-url.ts';
import { canonicalJson } from './digest.ts';
import type { Placed } from './gather.ts';

export interface NodeFacts {
  /** With canonical addresses. */
  interfaces: readonly Interface[];
  bonds: readonly Bond[];
  vlans: readonly Vlan[];
  /** All of these as text, for the digest. */
  interfacesText: string;
  /** One for each interface; null where none, or none that can be read. */
  addresses: readonly (Address | null)[];
  bmc: ReturnType<typeof parseBmcUrl>;
  /** Empty without a BMC. */
  bmcKey: string;
}

const known = new WeakMap<object, NodeFacts>();

/** Takes a node whose shape holds; its values may still be wrong. */
export function factsOf({ document, spec }: Placed<'Node'>): NodeFacts {
  const found = known.get(document);
  if (found) return found;
  const facts = makeFacts(spec);
  known.set(document, facts);
  return facts;
}

function makeFacts(spec: Placed<'Node'>['spec']): NodeFacts {
  const addresses = spec.interfaces.map(({ address }) =>
    address === undefined ? null : parseAddress(address),
  );
  const interfaces = spec.interfaces.map(({ name, mac, network, boot, type, mtu }, index) => ({
    name,
    mac,
    network,
    address: addresses[index]?.text ?? null,
    boot: boot === true,
    ...(type === 'infiniband' ? { type } : {}),
    ...(mtu === undefined ? {} : { mtu }),
  }));
  const canonical = (address: string | undefined) =>
    address === undefined ? null : (parseAddress(address)?.text ?? null);
  const bonds = (spec.bonds ?? []).map(({ mode = '802.3ad', ...bond }) => ({
    ...{ ...bond, mode, address: canonical(bond.address) },
  }));
  const vlans = (spec.vlans ?? []).map((vlan) => ({ ...vlan, address: canonical(vlan.address) }));
  const bmc = spec.bmc ? parseBmcUrl(spec.bmc.url) : null;
  return {
    interfaces,
    bonds,
    vlans,
    interfacesText: canonicalJson(
      bonds.length + vlans.length === 0 ? interfaces : { interfaces, bonds, vlans },
    ),
    addresses,
    bmc,
    bmcKey: bmc ? bmcIdentity(bmc) : '',
  };
}
