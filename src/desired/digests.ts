/**
 * The two digests that tell drift apart. What is shared by many nodes is put into text once; a node then costs one hash
 * over that text and its own part.
 */

import type { Network, Profile, Site, Stack } from '../model/desired.ts';
import type { Firmware } from '../model/site.ts';
import { canonicalJson, digestOf, digestText } from './digest.ts';
import type { NodeFacts } from './node-facts.ts';

export interface Digests {
  /** Over what only an install can change: os, disk, users, packages, kernel arguments, network, names. */
  install(node: { name: string; profile: string; firmware: Firmware; facts: NodeFacts }): string;
  /** Over what is applied in place: the profile's stacks with their parameters and files. */
  config(profile: string): string;
}

export function createDigests(
  site: Pick<Site, 'domain' | 'timezone' | 'dns' | 'ntp' | 'mirror' | 'networks' | 'profiles' | 'stacks'>,
): Digests {
  const { domain, timezone, dns, ntp, mirror } = site;
  const shared = canonicalJson({ domain, timezone, dns, ntp, mirror });
  const profiles = mapValues(site.profiles, installPart);
  const networks = mapValues(site.networks, networkPart);
  const configs = mapValues(site.profiles, (profile) => configDigest(profile, site.stacks));
  return {
    install({ name, profile, firmware, facts: { interfaces, interfacesText } }) {
      const own = `${name} ${firmware} ${interfacesText}`;
      const joined = interfaces.map(({ network }) => networks.get(network) ?? '');
      return digestText([shared, profiles.get(profile) ?? '', own, ...joined].join('\n'));
    },
    config: (profile) => configs.get(profile) ?? digestOf([]),
  };
}

/** A default that is written out changes nothing. */
function installPart({ os, installer, image, disk, users, packages, kernelArguments }: Profile): string {
  return canonicalJson({
    // Where an image comes from, and what boots to write it, leave no trace on the disk.
    image: installer === 'image' ? { sha256: image?.sha256, format: image?.format } : undefined,
    os: { ...os, arch: os.arch ?? 'amd64' },
    disk: { device: disk?.device ?? null, layout: disk?.layout ?? 'single' },
    users: users ?? [],
    packages: [...(packages ?? [])].sort(),
    kernelArguments: kernelArguments ?? [],
  });
}

/** DHCP and roles are matters of the daemon, not of what is on a node's disk. */
function networkPart({ name, cidr, gateway, dns, ntp, vlan, mtu }: Network): string {
  return canonicalJson({ name, cidr, gateway, dns, ntp, vlan, mtu });
}

function configDigest({ stacks }: Profile, known: ReadonlyMap<string, Stack>): string {
  return digestOf(
    (stacks ?? []).map(({ name, parameters }) => ({
      name,
      parameters: parameters ?? {},
      digest: known.get(name)?.digest ?? '',
    })),
  );
}

function mapValues<T, R>(values: ReadonlyMap<string, T>, make: (value: T) => R): Map<string, R> {
  return new Map([...values].map(([name, value]) => [name, make(value)]));
}
