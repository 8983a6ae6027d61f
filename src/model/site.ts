/**
 * The documents of a site repository as their authors write them (docs/site-format.md).
 * Schemas in `schemas/` carry the same names; `test/desired/schemas.test.ts` holds the two together.
 */

import type { AccessSpec } from './access-spec.ts';
import type { NotificationsSpec } from './notifications-spec.ts';
import type { RegistrySpec } from './registry-spec.ts';
import type { ReviewSpec } from './review-spec.ts';
import type { SecretRef } from './secret-ref.ts';
import type { VerifyMode } from './signer.ts';
import type {
  BondSpec,
  DiskSpec,
  Duration,
  ImageSpec,
  InterfaceSpec,
  MirrorSpec,
  RepositorySpec,
  RolloutSpec,
  VlanSpec,
  WindowSpec,
} from './site-parts.ts';

export const API_VERSION = 'barewright.dev/v1';

export const KINDS = ['Site', 'Network', 'Pool', 'Node', 'Profile', 'Stack', 'Image'] as const;
export type Kind = (typeof KINDS)[number];

export interface Metadata {
  name: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface Document<K extends Kind = Kind, S = unknown> {
  apiVersion: typeof API_VERSION;
  kind: K;
  metadata: Metadata;
  spec: S;
}

export interface CredentialSpec {
  username: string;
  password: SecretRef;
}

/** How the daemon logs in to a system that it installed. */
export interface SshCheckSpec {
  user: string;
  /** The private key. */
  key: SecretRef;
  /** Default 22. */
  port?: number;
}

export interface PolicySpec {
  /** `enforce` corrects power drift; `report` only shows it. Default `enforce`. */
  power?: 'enforce' | 'report';
  /** Installs under way at once, over the whole site. Default 4. */
  installsAtOnce?: number;
  /** A commit that asks for more reinstalls than this is held until approved. Default 3. */
  reinstallsPerCommit?: number;
  /** `enforce` puts a tag right that somebody moved or removed in the own registry; `report` only shows it. Default `enforce`. */
  images?: 'enforce' | 'report';
  /** How often the registries are asked for the tags. Default `10m`. */
  imageInterval?: Duration;
  /** When more tags than this are no longer declared, none of them is removed. Default 10. */
  prunesAtOnce?: number;
  /** Between two garbage collections of the registry that the daemon runs. Default `7d`. */
  collectInterval?: Duration;
  /** Nodes of one pool that may be unavailable at once: a count or a percentage (`25%`). Default 2. */
  unavailablePerPool?: number | string;
  /** Attempts of one install before the node is `stuck`. Default 3. */
  attempts?: number;
  /** How often every BMC is asked for its power state. Default `60s`. */
  sweepInterval?: Duration;
  /** How often an installed node is expected to report. Default `5m`. */
  reportInterval?: Duration;
  /** How long a soft power-off may take before it becomes a hard one. Default `60s`. */
  softOffGrace?: Duration;
  /** Least time between two commands to one BMC. Default `500ms`. */
  bmcGap?: Duration;
  /** A fresh install counts only after a look at it by SSH. */
  sshCheck?: SshCheckSpec;
  deadlines?: { arming?: Duration; booting?: Duration; restarting?: Duration };
  windows?: WindowSpec[];
  rollout?: RolloutSpec;
  /** An approval whose install has not begun by then counts no more. Default `7d`. */
  approvalExpiry?: Duration;
}

/** What Site, Pool and Node may all say; the nearest one wins: node, then pool, then site. */
export interface NodeDefaults {
  power?: PowerWish;
  firmware?: Firmware;
  /** What the firmware is given to boot from the network. Default `ipxe`. */
  bootLoader?: BootLoader;
  install?: { profile?: string; generation?: number };
  bmc?: { credentials?: string };
}

export type PowerWish = 'on' | 'off' | 'unmanaged';
export type Firmware = 'uefi' | 'bios';
/** `grub`: Debian's signed shim and GRUB, which UEFI Secure Boot accepts. */
export type BootLoader = 'ipxe' | 'grub';

export interface SiteSpec {
  domain?: string;
  /** IANA zone, `Africa/Johannesburg`. Default `Etc/UTC`. */
  timezone?: string;
  dns?: string[];
  ntp?: string[];
  mirror?: MirrorSpec;
  /** Names of `profiles/certificates/NAME.crt`: authorities that installed systems trust. */
  certificates?: string[];
  credentials?: Record<string, CredentialSpec>;
  registries?: Record<string, RegistrySpec>;
  defaults?: NodeDefaults;
  services?: ServicesSpec;
  review?: ReviewSpec;
  notifications?: NotificationsSpec;
  access?: AccessSpec;
  policy?: PolicySpec;
  verify?: VerifySpec;
}

/** Commits that come into force after this one must be signed. */
export interface VerifySpec {
  /** Default `head`. */
  mode?: VerifyMode;
  /** Names of `profiles/keys/NAME.asc` (OpenPGP) or `profiles/keys/NAME.pub` (SSH). */
  keys: string[];
  /** Names among `keys` whose signature lets a `Barewright-Approve` trailer approve. Default: all of them. */
  approvers?: string[];
}

export interface ServicesSpec {
  dnsmasq?: DnsmasqSpec;
  netboot?: NetbootServiceSpec;
}

/** Who sends kernels, initrds and images over HTTP. */
export interface NetbootServiceSpec {
  /** `nginx`: it listens in front of the daemon and sends the files. Default `builtin`. */
  mode?: 'builtin' | 'nginx';
  /** Address and port, of nginx. */
  listen?: string;
  /** Absolute: where nginx finds the files. */
  directory?: string;
  /** Absolute: the file that nginx takes in within `http`. */
  configuration?: string;
  /** Program and arguments. */
  reload?: string[];
}

/** DHCP, TFTP and DNS for the MACs of the inventory. */
export interface DnsmasqSpec {
  /** `managed`: the daemon runs it; `files`: it writes `directory` and runs `reload`. Default `off`. */
  mode?: 'managed' | 'files' | 'off';
  /** Of the daemon's machine. */
  interfaces?: string[];
  directory?: string;
  /** Program and arguments. */
  reload?: string[];
  /** Only boot information, beside another DHCP server. Default false. */
  proxy?: boolean;
  /** Answers for the nodes' names. Default true. */
  dns?: boolean;
  /** `accelerate`: no wait for a proxy-DHCP server, default true. `advertise`: an IPv6 /64 to answer router solicitations with. */
  ipxe?: { accelerate?: boolean; advertise?: string };
}

export interface NetworkSpec {
  cidr: string;
  gateway?: string;
  dns?: string[];
  ntp?: string[];
  dhcp?: boolean;
  domain?: string;
  leaseTime?: Duration;
  /** Reached through a DHCP relay only. */
  relayed?: boolean;
  vlan?: number;
  mtu?: number;
  /** `install` networks carry DHCP, network boot and reports; the boot interface must be on one. */
  role?: 'install' | 'data' | 'bmc';
}

export interface PoolSpec {
  description?: string;
  defaults?: NodeDefaults;
  policy?: Pick<PolicySpec, 'unavailablePerPool' | 'rollout'>;
  /** `node/NAME`, `pool/NAME`, `image/NAME`: what its nodes wait for. */
  dependsOn?: string[];
}

export interface NodeSpec extends Omit<NodeDefaults, 'bmc'> {
  pool: string;
  /** Refuses every disk-destroying action, whatever else the repository says. */
  protected?: { reason: string };
  paused?: { reason: string; until?: string };
  bmc?: { url: string; credentials?: string };
  interfaces: InterfaceSpec[];
  bonds?: BondSpec[];
  vlans?: VlanSpec[];
  /** `node/NAME`, `pool/NAME`, `image/NAME`, beside what its pool depends on. */
  dependsOn?: string[];
}

export interface UserSpec {
  name: string;
  groups?: string[];
  sudo?: boolean;
  sshKeys?: string[];
  /** A crypt(5) hash, `$y$…` or `$6$…`; plain passwords are refused. */
  passwordHash?: string;
}

export interface StackUse {
  name: string;
  parameters?: Record<string, unknown>;
}

export type InstallerName = 'debian-installer' | 'image';

/** A file that machines boot: where the daemon fetches it, one of `file`, `url` and `package`, and what it must be. */
export interface ArtifactSpec {
  /** Absolute, on the daemon's machine. */
  file?: string;
  url?: string;
  /** Debian package, which the daemon's machine downloads with apt. */
  package?: string;
  /** Absolute, inside the package. */
  path?: string;
  signedBy?: SignatureSpec;
  /** 64 hexadecimal digits in lower case. */
  sha256: string;
}

/** Who vouches for the digest: a list of SHA-256 sums that names it, and a detached OpenPGP signature of the list. */
export interface SignatureSpec {
  sums: string;
  signature: string;
  /** Absolute, on the daemon's machine. */
  keyring: string;
}

export interface DiskImageSpec extends Omit<ArtifactSpec, 'package' | 'path'> {
  /** A qcow2 is served as the `raw.zst` that the daemon makes of it. */
  format: 'raw' | 'raw.gz' | 'raw.zst' | 'qcow2';
}

export interface ProfileSpec {
  description?: string;
  os: { family: 'debian'; release: string; arch?: 'amd64' | 'arm64' };
  /** Default `debian-installer`. */
  installer?: InstallerName;
  /** What a machine boots into to be installed; the installer `image` has no other. */
  netboot?: { kernel: ArtifactSpec; initrd: ArtifactSpec };
  /** What the installer `image` writes to the disk. */
  image?: DiskImageSpec;
  disk?: DiskSpec;
  users?: UserSpec[];
  packages?: string[];
  /** Beside the mirror. */
  repositories?: RepositorySpec[];
  /** For the installer and, from then on, the installed system. */
  kernelArguments?: string[];
  /** Names of `profiles/late/NAME.sh`, run at the end of the install, in this order. */
  lateSteps?: string[];
  stacks?: StackUse[];
  timeouts?: { install?: Duration; configure?: Duration };
}

export interface StackSpec {
  description?: string;
  os?: string[];
  /** JSON Schema (2020-12) of the stack's parameters. */
  parameters?: Record<string, unknown>;
  needs?: string[];
  provides?: string[];
  /** What the daemon tells its scripts beside the parameters. `registry`: how to reach the site's own. */
  inputs?: 'registry'[];
}

export interface SpecOf {
  Site: SiteSpec;
  Network: NetworkSpec;
  Pool: PoolSpec;
  Node: NodeSpec;
  Profile: ProfileSpec;
  Stack: StackSpec;
  Image: ImageSpec;
}
