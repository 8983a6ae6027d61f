/** A site as it is rehearsed: nothing of it reaches beyond this machine, and its durations are as short as the rack's. Pure. */

import type { DesiredNode, Policy, Profile, Site } from '../../model/desired.ts';

/** Name of the one account that all simulated BMCs have. */
export const ACCOUNT = 'rehearsal';
/** Variable that its password is read from. */
export const PASSWORD = 'BAREWRIGHT_REHEARSAL';

export interface Places {
  /** So many times as fast as real machines. */
  speed: number;
  /** Loopback; where the BMC of a node listens. Null for a node without a machine. */
  bmcOf(node: string): { host: string; port: number } | null;
}

/** Least real ms of what waits for machines: even a rack in a hurry needs a moment. */
const LEAST = { arming: 3_000, booting: 1_500, restarting: 1_500, install: 1_500, configure: 1_500 };

/**
 * BMCs, accounts and boot loaders become the rack's; DHCP, registries, images, forges, notifications and signatures are left out. What a
 * machine is to carry, and what guards say, stays.
 */
export function adaptSite(site: Site, places: Places): Site {
  const { speed } = places;
  return {
    ...site,
    services: { dnsmasq: { ...site.services.dnsmasq, mode: 'off' }, netboot: null },
    policy: adaptPolicy(site, speed),
    verify: null,
    review: null,
    notifications: null,
    registries: new Map(),
    images: new Map(),
    credentials: new Map([[ACCOUNT, { username: 'admin', password: { env: PASSWORD } }]]),
    profiles: new Map(
      Array.from(site.profiles, ([name, profile]) => [name, adaptProfile(profile, speed)] as const),
    ),
    nodes: new Map(Array.from(site.nodes, ([name, node]) => [name, adaptNode(node, places)] as const)),
  };
}

function adaptPolicy({ policy, nodes }: Site, speed: number): Policy {
  const { arming, booting, restarting } = policy.deadlines;
  const fast = (ms: number, least: number): number => Math.max(Math.round(ms / speed), least);
  return {
    ...policy,
    images: 'report',
    sshCheck: null,
    bmcGap: 1,
    softOffGrace: fast(policy.softOffGrace, 60),
    // Only to find what changed by itself: a reconcile reads for itself.
    sweepInterval: Math.max(1_000, nodes.size * 10),
    reportInterval: fast(policy.reportInterval, 1_500),
    deadlines: {
      arming: fast(arming, LEAST.arming),
      booting: fast(booting, LEAST.booting),
      restarting: fast(restarting, LEAST.restarting),
    },
  };
}

/** Played machines boot the installer of their release, whatever they are to write to their disks. */
function adaptProfile(profile: Profile, speed: number): Profile {
  const { netboot: _, image: __, installer: ___, timeouts, ...rest } = profile;
  return {
    ...rest,
    timeouts: {
      install: Math.max(Math.round(timeouts.install / speed), LEAST.install),
      configure: Math.max(Math.round(timeouts.configure / speed), LEAST.configure),
    },
  };
}

function adaptNode(node: DesiredNode, { bmcOf }: Places): DesiredNode {
  const place = bmcOf(node.name);
  const url = place && `ipmi://${place.host}:${place.port}`;
  const bmc = node.bmc && place && url ? { url, scheme: 'ipmi', ...place, credentials: ACCOUNT } : null;
  // Images are not played: what waits for one would wait forever.
  const dependsOn = node.dependsOn.filter(({ kind }) => kind !== 'image');
  return { ...node, bootLoader: 'ipxe', bmc, dependsOn };
}
