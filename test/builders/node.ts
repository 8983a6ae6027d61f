/** Builders for desired nodes and sites. Immutable: each step returns a new builder, so a base may be shared. */

import type { DesiredNode, DnsmasqService, Policy, Pool, Profile, Site } from '../../src/model/desired.ts';
import type { SourceRef } from '../../src/model/problem.ts';
import { aCommit } from './commit.ts';

export { aCommit, T0 } from './commit.ts';
export { aRecord, aState, type StateBuilder } from './state.ts';

export interface NodeBuilder {
  pool(pool: string): NodeBuilder;
  profile(profile: string, generation?: number): NodeBuilder;
  power(power: DesiredNode['power']): NodeBuilder;
  firmware(firmware: DesiredNode['firmware']): NodeBuilder;
  /** `null` for a node without a BMC. */
  bmc(url: string | null): NodeBuilder;
  protected(reason?: string): NodeBuilder;
  paused(reason?: string, until?: number | null): NodeBuilder;
  with(change: Partial<DesiredNode>): NodeBuilder;
  build(): DesiredNode;
}

/** A node of pool `sip`, profile `base`, generation 1, powered on, whose addresses follow from its name. */
export function aNode(name: string): NodeBuilder {
  const { mac, address, bmcHost } = addressesOf(name);
  const at = (line: number): SourceRef => ({ file: `inventory/nodes/${name}.yaml`, line, column: 3 });
  return nodeBuilder({
    name,
    pool: 'sip',
    labels: {},
    power: 'on',
    firmware: 'uefi',
    bootLoader: 'ipxe',
    profile: 'base',
    generation: 1,
    protected: null,
    paused: null,
    dependsOn: [],
    bmc: bmcOf(`ipmi://${bmcHost}`),
    interfaces: [{ name: 'eno1', mac, network: 'mgmt', address, boot: true }],
    bonds: [],
    vlans: [],
    bootMac: mac,
    bootAddress: address,
    installDigest: 'install-base',
    configDigest: 'config-base',
    sources: {
      ...{ node: at(1), pool: null, profile: at(6), generation: at(6), power: at(5) },
      definition: { file: 'profiles/base.yaml', line: 1, column: 1 },
    },
  });
}

function nodeBuilder(node: DesiredNode): NodeBuilder {
  const but = (change: Partial<DesiredNode>): NodeBuilder => nodeBuilder({ ...node, ...change });
  return {
    pool: (pool) => but({ pool }),
    profile: (profile, generation = node.generation) =>
      but({ profile, generation, installDigest: `install-${profile}`, configDigest: `config-${profile}` }),
    power: (power) => but({ power }),
    firmware: (firmware) => but({ firmware }),
    bmc: (url) => but({ bmc: url === null ? null : bmcOf(url) }),
    protected: (reason = 'holds data') => but({ protected: { reason } }),
    paused: (reason = 'being repaired', until = null) => but({ paused: { reason, until } }),
    with: but,
    build: () => structuredClone(node),
  };
}

type SiteChange = Partial<Omit<Site, 'nodes' | 'policy'>> & { policy?: Partial<Policy> };

/** A site of these nodes, with the pools and profiles that they name, and the default policy. */
export function aSite(nodes: readonly (DesiredNode | NodeBuilder)[], change: SiteChange = {}): Site {
  const built = nodes
    .map((node) => ('build' in node ? node.build() : node))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const { policy, ...rest } = change;
  return {
    name: 'karoo',
    commit: aCommit('abc'),
    domain: 'example.org',
    timezone: 'Etc/UTC',
    dns: [],
    ntp: [],
    mirror: null,
    certificates: [],
    services: { dnsmasq: NO_DNSMASQ, netboot: null },
    policy: { ...DEFAULT_POLICY, ...policy },
    verify: null,
    credentials: new Map([['bmc-default', { username: 'admin', password: { file: 'bmc-default' } }]]),
    networks: new Map([['mgmt', { name: 'mgmt', cidr: '10.0.0.0/8', role: 'install' as const }]]),
    pools: new Map(built.map((node) => [node.pool, aPool(node.pool)])),
    profiles: new Map(built.map((node) => [node.profile, aProfile(node.profile)])),
    stacks: new Map(),
    images: new Map(),
    texts: new Map(),
    registries: new Map(),
    review: null,
    notifications: null,
    access: null,
    warnings: [],
    ...rest,
    nodes: new Map(built.map((node) => [node.name, node])),
  };
}

export const DEFAULT_POLICY: Policy = {
  power: 'enforce',
  installsAtOnce: 4,
  reinstallsPerCommit: 3,
  unavailablePerPool: 2,
  images: 'enforce',
  imageInterval: 600_000,
  prunesAtOnce: 10,
  collectInterval: 604_800_000,
  attempts: 3,
  sweepInterval: 60_000,
  reportInterval: 300_000,
  softOffGrace: 60_000,
  bmcGap: 500,
  sshCheck: null,
  windows: [],
  approvalExpiry: 604_800_000,
  deadlines: { arming: 30_000, booting: 300_000, restarting: 600_000 },
};

export const NO_DNSMASQ: DnsmasqService = {
  mode: 'off',
  interfaces: [],
  directory: null,
  reload: [],
  proxy: false,
  dns: true,
  ipxe: { accelerate: true, advertise: null },
};

export function aPool(name: string, change: Partial<Pool> = {}): Pool {
  return { name, description: '', unavailable: 2, rollout: { canary: 0, haltAfter: null }, ...change };
}

export function aProfile(name: string, change: Partial<Profile> = {}): Profile {
  return {
    name,
    os: { family: 'debian', release: 'trixie', arch: 'amd64' },
    timeouts: { install: 1_800_000, configure: 900_000 },
    ...change,
  };
}

function bmcOf(url: string): NonNullable<DesiredNode['bmc']> {
  const { protocol, hostname, port } = new URL(url);
  return {
    url,
    scheme: protocol.slice(0, -1),
    host: hostname,
    port: port === '' ? null : Number(port),
    credentials: 'bmc-default',
  };
}

/** The trailing number of a name counts through two octets, what stands before it chooses a third. */
function addressesOf(name: string): { mac: string; address: string; bmcHost: string } {
  const prefix = name.replace(/\d+$/, '');
  const n = Number(name.slice(prefix.length) || 1) % 0x8000;
  const group = [...prefix].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 251, 7);
  const hex = [group, n >> 8, n & 255].map((octet) => octet.toString(16).padStart(2, '0'));
  return {
    mac: `52:54:00:${hex.join(':')}`,
    address: `10.${group}.${n >> 8}.${n & 255}`,
    bmcHost: `10.${group}.${128 + (n >> 8)}.${n & 255}`,
  };
}
