/** What follows from a node's document alone. Kept with the document: of 10,000 nodes, a commit changes a few. */

import type { Interface } from '../model/desired.ts';
import { type Address, parseAddress } from './address.ts';
import { bmcIdentity, parseBmcUrl } from './bmc-url.ts';
import { canonicalJson } from './digest.ts';
import type { Placed } from './gather.ts';

export interface NodeFacts {
  /** With canonical addresses. */
  interfaces: readonly Interface[];
  /** The same as text, for the digest. */
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
  const interfaces = spec.interfaces.map(({ name, mac, network, boot }, index) => ({
    name,
    mac,
    network,
    address: addresses[index]?.text ?? null,
    boot: boot === true,
  }));
  const bmc = spec.bmc ? parseBmcUrl(spec.bmc.url) : null;
  return {
    interfaces,
    interfacesText: canonicalJson(interfaces),
    addresses,
    bmc,
    bmcKey: bmc ? bmcIdentity(bmc) : '',
  };
}
