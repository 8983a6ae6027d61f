/**
 * The two digests that tell drift apart. What is shared by many nodes is put into text once; a node then costs one hash
 * over that text and its own part.
 */

import type { Network, Profile, Site, Stack } from '../model/desired.ts';
import type { Firmware } from '../model/site.ts';
import { canonicalJson, digestOf, digestText } from './digest.ts';
import type { NodeFacts } from './node-facts.ts';
import { type ReferredKind, referredPath } from './referred-files.ts';

export interface Digests {
  /** Over what only an install can change: os, disk, users, packages, kernel arguments, network, names. */
  install(node: { name: string; profile: string; firmware: Firmware; facts: NodeFacts }): string;
  /** Over what is applied in place: the profile's stacks with their parameters and files. */
  config(profile: string): string;
}

export function createDigests(
  site: Pick<
    Site,
    | 'domain'
    | 'timezone'
    | 'dns'
    | 'ntp'
    | 'mirror'
    | 'certificates'
    | 'networks'
    | 'profiles'
    | 'stacks'
    | 'texts'
    | 'registries'
  >,
): Digests {
  const { domain, timezone, dns, ntp, mirror, certificates, texts } = site;
  const referred = (kind: ReferredKind, name: string) =>
    digestText(texts.get(referredPath(kind, name)) ?? '');
  const shared = canonicalJson({
    ...{ domain, timezone, dns, ntp, mirror },
    ...(mirror?.key === undefined ? {} : { mirrorKey: referred('key', mirror.key) }),
    ...(certificates.length === 0
      ? {}
      : { certificates: certificates.map((name) => referred('certificate', name)) }),
  });
  const profiles = mapValues(site.profiles, (profile) => installPart(profile, referred, texts));
  const networks = mapValues(site.networks, networkPart);
  const configs = mapValues(site.profiles, (profile) => configDigest(profile, site));
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
function installPart(
  {
    os,
    installer = 'debian-installer',
    image,
    disk,
    users,
    packages,
    kernelArguments,
    repositories,
    lateSteps,
  }: Profile,
  referred: (kind: ReferredKind, name: string) => string,
  texts: ReadonlyMap<string, string>,
): string {
  const templates = [...texts].filter(([path]) => path.startsWith(`profiles/templates/${installer}/`));
  return canonicalJson({
    ...(templates.length === 0
      ? {}
      : { templates: templates.map(([path, text]) => [path, digestText(text)]) }),
    repositories: repositories?.map((one) => ({ ...one, key: referred('key', one.key) })),
    lateSteps: lateSteps?.map((name) => [name, referred('late step', name)]),
    // Where an image comes from, and what boots to write it, leave no trace on the disk.
    image: installer === 'image' ? { sha256: image?.sha256, format: image?.format } : undefined,
    os: { ...os, arch: os.arch ?? 'amd64' },
    disk: {
      ...{ device: disk?.device ?? null, layout: disk?.layout ?? 'single' },
      ...(disk?.devices === undefined ? {} : { devices: disk.devices }),
      ...(disk?.swap === undefined || disk.swap === 'none' ? {} : { swap: disk.swap }),
    },
    users: users ?? [],
    packages: [...(packages ?? [])].sort(),
    kernelArguments: kernelArguments ?? [],
  });
}

/** DHCP and roles are matters of the daemon, not of what is on a node's disk. */
function networkPart({ name, cidr, gateway, dns, ntp, vlan, mtu }: Network): string {
  return canonicalJson({ name, cidr, gateway, dns, ntp, vlan, mtu });
}

function configDigest({ stacks }: Profile, site: Pick<Site, 'stacks' | 'registries'>): string {
  return digestOf(
    (stacks ?? []).map(({ name, parameters }) => ({
      name,
      parameters: parameters ?? {},
      digest: site.stacks.get(name)?.digest ?? '',
      ...inputsPart(site.stacks.get(name), site.registries),
    })),
  );
}

/** What else its scripts are told: a change of it is a reason to apply them again. */
function inputsPart(stack: Stack | undefined, registries: Site['registries']): { registry?: object } {
  const own = [...registries.values()].find((registry) => registry.own);
  if (!own || !stack?.spec.inputs?.includes('registry')) return {};
  const { endpoint, ca, serve } = own;
  return {
    registry: { endpoint, ...(ca ? { ca } : {}), ...(serve ? { rotation: serve.rotation ?? 1 } : {}) },
  };
}

function mapValues<T, R>(values: ReadonlyMap<string, T>, make: (value: T) => R): Map<string, R> {
  return new Map([...values].map(([name, value]) => [name, make(value)]));
}
