/** One resolved node. */

import type { DesiredNode } from '../model/desired.ts';
import { dependenciesOf } from './dependencies.ts';
import type { Digests } from './digests.ts';
import type { Placed } from './gather.ts';
import type { Effective } from './inherit.ts';
import { factsOf } from './node-facts.ts';

export interface NodeDraft {
  node: Placed<'Node'>;
  effective: Effective;
  pool: Placed<'Pool'> | undefined;
}

/** Takes a node that has passed every check; throws when it has not. */
export function buildNode(
  { node, effective, pool }: NodeDraft,
  digests: Digests,
  profiles: ReadonlyMap<string, Placed<'Profile'>>,
): DesiredNode {
  const { name, spec, metadata } = node;
  const facts = factsOf(node);
  const interfaces = [...facts.interfaces];
  const boot = interfaces.find((iface) => iface.boot);
  const { profile, power, firmware, bootLoader, generation, sources } = effective;
  const definition = profiles.get(profile ?? '');
  if (!boot || profile === null || !definition) throw new Error(`node ${name} was not checked`);
  return {
    name,
    pool: spec.pool,
    labels: metadata.labels ?? {},
    power,
    firmware,
    bootLoader,
    profile,
    generation,
    protected: spec.protected ? { reason: spec.protected.reason } : null,
    paused: buildPause(spec.paused),
    dependsOn: dependenciesOf(spec.dependsOn, pool?.spec.dependsOn),
    bmc:
      facts.bmc && effective.credentials !== null
        ? { ...facts.bmc, credentials: effective.credentials }
        : null,
    interfaces,
    bonds: [...facts.bonds],
    vlans: [...facts.vlans],
    bootMac: boot.mac,
    bootAddress: boot.address,
    installDigest: digests.install({ name, profile, firmware, facts }),
    configDigest: digests.config(profile),
    sources: { ...sources, definition: { file: definition.file, ...definition.document.marks.self } },
  };
}

function buildPause(paused: Placed<'Node'>['spec']['paused']): DesiredNode['paused'] {
  if (!paused) return null;
  return { reason: paused.reason, until: paused.until === undefined ? null : Date.parse(paused.until) };
}
