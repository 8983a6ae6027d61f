/** The resolved site: defaults applied, names checked, durations in milliseconds. Made by `desired/`, read by all. */

import type { Access } from './access.ts';
import type { NodeSources } from './node-sources.ts';
import type { Notifications } from './notifications.ts';
import type { Problem, SourceRef } from './problem.ts';
import type { RegistrySpec } from './registry-spec.ts';
import type { ForgeKind } from './review-spec.ts';
import type { SecretRef } from './secret-ref.ts';
import type { Trust } from './signer.ts';
import type {
  BootLoader,
  CredentialSpec,
  Firmware,
  NetworkSpec,
  PowerWish,
  ProfileSpec,
  SshCheckSpec,
  StackSpec,
} from './site.ts';
import type { BondMode, MirrorSpec, WindowEffect } from './site-parts.ts';

export interface Commit {
  /** Full object name. */
  id: string;
  author: string;
  email: string;
  /** Commit time, ms since the epoch. */
  time: number;
  /** First line of the message. */
  subject: string;
}

/** Every duration is in milliseconds. */
export interface Policy {
  power: 'enforce' | 'report';
  installsAtOnce: number;
  reinstallsPerCommit: number;
  unavailablePerPool: number | `${number}%`;
  images: 'enforce' | 'report';
  imageInterval: number;
  prunesAtOnce: number;
  collectInterval: number;
  attempts: number;
  sweepInterval: number;
  reportInterval: number;
  softOffGrace: number;
  bmcGap: number;
  /** Null where no install is looked at by SSH. */
  sshCheck: Required<SshCheckSpec> | null;
  deadlines: { arming: number; booting: number; restarting: number };
  windows: readonly Window[];
  approvalExpiry: number;
}

/** Open from each start of its schedule for so long; starts that overlap make one longer opening. */
export interface Window {
  name: string;
  /** Cron of five fields. */
  schedule: string;
  /** IANA zone. */
  timezone: string;
  /** ms. */
  duration: number;
  kind: 'allow' | 'deny';
  effects: readonly WindowEffect[];
  /** Null: every pool. */
  pools: readonly string[] | null;
}

export interface Rollout {
  /** Nodes that go first; 0 for none. */
  canary: number;
  /** Null: failures are not counted. */
  haltAfter: number | null;
}

/** What is waited for before anything is done to a node. */
export interface Dependency {
  kind: 'node' | 'pool' | 'image';
  name: string;
}

export interface Network extends Omit<NetworkSpec, 'leaseTime'> {
  name: string;
  /** Of DHCP, ms. Default one hour. */
  leaseTime?: number;
}

/** How dnsmasq is run and what it answers; every default applied. */
export interface DnsmasqService {
  mode: 'managed' | 'files' | 'off';
  interfaces: string[];
  /** Where `files` are written; null in the other modes. */
  directory: string | null;
  reload: string[];
  proxy: boolean;
  dns: boolean;
  ipxe: { accelerate: boolean; advertise: string | null };
}

/** nginx in front of the boot server. */
export interface NetbootService {
  listen: string;
  directory: string;
  configuration: string;
  reload: string[];
}

export interface Stack {
  name: string;
  spec: StackSpec;
  /** Digest over every file of the stack's directory. */
  digest: string;
  /** What a node gets: every file of the directory but stack.yaml, in order of their paths. */
  files: readonly StackFile[];
}

export interface StackFile {
  /** Below the stack's directory. */
  path: string;
  content: Uint8Array;
}

export interface Profile extends Omit<ProfileSpec, 'timeouts'> {
  name: string;
  timeouts: { install: number; configure: number };
}

export interface Pool {
  name: string;
  description: string;
  unavailable: number | `${number}%`;
  rollout: Rollout;
}

export interface Interface {
  name: string;
  /** Lower case with colons. */
  mac: string;
  network: string;
  address: string | null;
  boot: boolean;
  /** Left out where it is as usual: ethernet, the network's own. */
  type?: 'infiniband';
  mtu?: number;
}

/** Made of interfaces in the installed system. */
export interface Bond {
  name: string;
  members: string[];
  mode: BondMode;
  network: string;
  address: string | null;
  mtu?: number;
}

export interface Vlan {
  name: string;
  on: string;
  network: string;
  address: string | null;
  mtu?: number;
}

export interface BmcAddress {
  /** As written. */
  url: string;
  scheme: string;
  host: string;
  port: number | null;
  /** Name in `Site.spec.credentials`. */
  credentials: string;
}

/** One entry of an image's tags: a tag, with its digest where Git says it, or a range of versions of upstream's tags. */
export type TagWish = { tag: string; digest: string | null } | { range: string };

/** How an image is built from a directory of the repository. */
export interface ImageBuild {
  context: string;
  /** Inside the context. */
  dockerfile: string;
  args: Record<string, string>;
  /** `linux/arm64`; empty for that of the builder. */
  platforms: string[];
  /** ms. */
  timeout: number;
  /** Git's name of the context at the commit; empty where there is no commit. */
  tree: string;
  /** Digest over tree, Dockerfile's path, arguments and platforms: the same key, the same image. */
  key: string;
}

export interface DesiredImage {
  name: string;
  /** In the site's own registry. */
  repository: string;
  mirror: { registry: string; repository: string; platforms: string[] } | null;
  build: ImageBuild | null;
  tags: TagWish[];
  /** Of what a range matches; null keeps all. */
  newest: number | null;
  /** Pools or profiles. */
  requiredBy: string[];
  source: SourceRef;
}

export interface DesiredNode {
  name: string;
  pool: string;
  labels: Record<string, string>;
  power: PowerWish;
  firmware: Firmware;
  bootLoader: BootLoader;
  profile: string;
  generation: number;
  protected: { reason: string } | null;
  /** `until` in ms since the epoch, or null for no end. */
  paused: { reason: string; until: number | null } | null;
  /** Its own, then its pool's. */
  dependsOn: readonly Dependency[];
  bmc: BmcAddress | null;
  interfaces: Interface[];
  bonds: Bond[];
  vlans: Vlan[];
  /** The MAC of the one interface with `boot: true`. */
  bootMac: string;
  /** Reserved address of the boot interface; null where DHCP chooses. */
  bootAddress: string | null;
  /** Over os, disk, users, packages, kernel arguments, network: a change is "outdated", never a reinstall. */
  installDigest: string;
  /** Over stacks and their parameters: a change is applied in place. */
  configDigest: string;
  sources: NodeSources;
}

/** The repository as its forge has it. */
export interface ReviewForge {
  kind: ForgeKind;
  /** Base URL without a slash at its end; of GitHub, that of its API. */
  url: string;
  /** `owner/name`; of GitLab with its groups. */
  repository: string;
  token: SecretRef;
  ca: SecretRef | null;
}

/** Plans on pull requests, and webhooks. */
export interface Review {
  /** Null where no pull requests are planned. */
  forge: ReviewForge | null;
  /** Pull requests from forks are planned too. */
  forks: boolean;
  /** Null where nobody listens. */
  webhooks: { host: string; port: number; secret: SecretRef } | null;
}

export interface Site {
  name: string;
  commit: Commit;
  domain: string;
  timezone: string;
  dns: string[];
  ntp: string[];
  mirror: MirrorSpec | null;
  /** Names of files in `texts`. */
  certificates: string[];
  /** `netboot` is null while the daemon sends all files by itself. */
  services: { dnsmasq: DnsmasqService; netboot: NetbootService | null };
  policy: Policy;
  /** How the next commit is judged; null where it need not be signed. */
  verify: Trust | null;
  credentials: ReadonlyMap<string, CredentialSpec>;
  networks: ReadonlyMap<string, Network>;
  pools: ReadonlyMap<string, Pool>;
  profiles: ReadonlyMap<string, Profile>;
  stacks: ReadonlyMap<string, Stack>;
  images: ReadonlyMap<string, DesiredImage>;
  registries: ReadonlyMap<string, RegistrySpec>;
  review: Review | null;
  /** Null: nobody is told of anything. */
  notifications: Notifications | null;
  /** Null: nobody but who is on the daemon's machine. */
  access: Access | null;
  /** Files that profiles refer to, and templates: path in the repository → text. */
  texts: ReadonlyMap<string, string>;
  /** In name order, natural sort (`n2` before `n10`). */
  nodes: ReadonlyMap<string, DesiredNode>;
  warnings: Problem[];
}
