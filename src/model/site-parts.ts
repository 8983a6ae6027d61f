/** Parts of the site's documents (site.ts): a node's network, a profile's disk and repositories, the mirror. */

/** A length of time as written: a whole number and a unit, `500ms`, `30s`, `5m`, `2h`, `7d`. */
export type Duration = string;

/** What a window speaks of: an install (the disk is lost), a correction of the power, stacks applied in place. */
export type WindowEffect = 'install' | 'power' | 'configure';

/** Times at which something may, or must not, begin. */
export interface WindowSpec {
  name: string;
  /** Cron of five fields, in the site's time zone: when it opens. */
  schedule: string;
  /** How long it stays open. */
  duration: Duration;
  /** What begins in such windows only. Either this or `deny`. */
  allow?: WindowEffect[];
  /** What does not begin while it is open, whatever else allows it. */
  deny?: WindowEffect[];
  /** Default: every pool. */
  pools?: string[];
}

/** How the reinstalls and the configuration that one commit asks of a pool go through it. */
export interface RolloutSpec {
  /** So many nodes go first. Default 0: all go as the other guards let them. */
  canary?: number;
  /** When more nodes than this have failed, no further one begins. Default: it is not counted. */
  haltAfter?: number;
}

/** Several interfaces as one. */
export interface BondSpec {
  name: string;
  /** Names of interfaces; they have no address of their own then. */
  members: string[];
  /** Default `802.3ad`. */
  mode?: BondMode;
  network: string;
  address?: string;
  mtu?: number;
}

export type BondMode = '802.3ad' | 'active-backup' | 'balance-xor' | 'balance-alb';

/** A network with a `vlan`, tagged on an interface or a bond. */
export interface VlanSpec {
  name: string;
  /** Name of an interface or a bond. */
  on: string;
  network: string;
  address?: string;
  mtu?: number;
}

export interface DiskSpec {
  device?: string;
  /** The two of `raid1`. */
  devices?: string[];
  /** Default `single`. */
  layout?: 'single' | 'lvm' | 'raid1';
  /** `none`, or a size: `512M`, `4G`. Default `none`. */
  swap?: string;
  /** Whether the root of an image gets the whole disk; default true. */
  grow?: boolean;
}

/** An apt repository of the site's own. */
export interface RepositorySpec {
  name: string;
  url: string;
  suite: string;
  /** None for a flat repository, whose suite ends in a slash. */
  components?: string[];
  /** Name of `profiles/keys/NAME.asc`. */
  key: string;
}

export interface MirrorSpec {
  url: string;
  proxy?: string;
  /** Where security updates come from; without it none are configured where a mirror is. */
  security?: string;
  /** Name of `profiles/keys/NAME.asc`, where the mirror is signed with a key of its own. */
  key?: string;
}

export interface InterfaceSpec {
  name: string;
  mac: string;
  network: string;
  address?: string;
  /** The interface the firmware boots from: exactly one per node. */
  boot?: boolean;
  /** Default `ethernet`. */
  type?: 'ethernet' | 'infiniband';
  /** Bytes; default the network's. */
  mtu?: number;
}

export interface ImageBuildSpec {
  /** A directory of this repository. */
  context: string;
  /** Inside the context. Default `Dockerfile`. */
  dockerfile?: string;
  args?: Record<string, string>;
  /** `linux/arm64`. Default: that of the builder. */
  platforms?: string[];
  /** Default `30m`. */
  timeout?: Duration;
}

export interface ImageSpec {
  build?: ImageBuildSpec;
  mirror?: {
    from: string;
    /** `linux/amd64`; of an index, only these are kept. Default: all, bit for bit. */
    platforms?: string[];
  };
  /** In the site's own registry. Default: the image's name. */
  repository?: string;
  /** `7.2`, `7.2@sha256:…`, or of a mirror a range of versions: `~7.2`. */
  tags: string[];
  /** Of the versions that a range matches, only so many are kept. */
  retain?: { newest?: number };
  requiredBy?: string[];
}
