/** What the command line hands to the daemon. Paths are absolute; durations in ms. */

import type { Timing } from '../act/step.ts';
import type { BuilderOptions } from '../build/choose.ts';
import type { DriversOptions } from '../drivers/registry.ts';
import type { RedisAddress } from '../journal/redis/address.ts';
import type { SecretRef } from '../model/secret-ref.ts';
import type { RegistryAccess } from '../registry/transport.ts';

/** How registries are spoken to, where that is not as usual. */
export interface ImageSettings {
  /** After a round in which something failed; doubled for each further one. ms. */
  firstPause?: number;
  registry?: Partial<RegistryAccess>;
  /** Default: Docker Engine where it answers, else buildah. */
  builder?: Partial<Pick<BuilderOptions, 'kind' | 'dockerHost'>>;
  /** Called after each look and all that followed from it, with the time it began. */
  onRound?(startedAt: number): void;
}

/** A journal in Redis. */
export interface StoreSettings {
  address: RedisAddress;
  password: SecretRef | null;
  /** Certificates (PEM) that vouch for the server, instead of those of the system. */
  caFile: string | null;
  /** Its operator promises that it keeps what it acknowledges; its settings are not looked at. */
  trusted: boolean;
}

export interface DaemonSettings {
  /** Path or URL of the site repository. */
  repository: string;
  /** Null follows the branch that HEAD points to. */
  branch: string | null;
  dataDir: string;
  /** Where the journal is, if not in a file of `dataDir`. */
  store?: StoreSettings;
  /** Relative `file` secrets of the site lie here. */
  secretsDir: string;
  /** Secret keys of age, for the SOPS files of the site. Default: what `SOPS_AGE_KEY_FILE` and `SOPS_AGE_KEY` of `env` say. */
  ageKeyFile?: string;
  bootListen: { host: string; port: number };
  /** Base URL under which nodes reach the boot plane; null: made from `bootListen` once the port is known. */
  bootUrl: string | null;
  /** Where installers send their logs, by UDP on the host of `bootListen`; null: nowhere. */
  logPort: number | null;
  controlListen: { host: string; port: number };
  /** The certificate of the control plane and its key (PEM); without it, only on loopback. */
  controlTls?: { certFile: string; keyFile: string };
  pollInterval: number;
  auth: { sshKeyFile?: string; knownHostsFile?: string; tokenFile?: string };
  /** A file, or a directory, of public keys: they vouch for commits beside those of the site. */
  verifyKeys?: string;
  /** Answers and callbacks must come from the node's reserved address. Off for a rack on loopback. */
  bindAddresses: boolean;
  /** Machines boot nothing that is served: no kernel of a release need be there. Default: where addresses are not bound. */
  simulated?: boolean;
  /** Events older than this are pruned, the ledger's excepted; 0 keeps all. */
  keepEventsDays: number;
  /** How dnsmasq is run, where that is not as usual: see dhcp-places.ts. */
  dnsmasq?: {
    program?: readonly string[];
    /** Its own user must be able to read there. */
    directory?: string;
    loaders?: string;
    timing?: { gap?: number; retry?: number };
  };
  /** How the registries are spoken to, where that is not as usual. */
  images?: ImageSettings;
  /** Between two looks at the pull requests that nothing asked for, ms. Default a minute. */
  reviewInterval?: number;
  /** How the site's own registry is run, likewise. */
  ownRegistry?: { command?: readonly string[] };
  /** How channels of notifications are spoken to, likewise: for one message, and before the second try, ms. */
  notifications?: { timeout?: number; firstPause?: number };
  /** Where traces go, by OTLP over HTTP; default: nowhere. */
  tracing?: { url: string; headers: Record<string, string> };
  /** Nodes worked on at once. */
  workers: number;
  /** Overrides of the reconcile's own times, for simulated racks. */
  timing?: Partial<Timing>;
  /** Overrides of the drivers' manners, likewise. */
  drivers?: DriversOptions;
  /** Secrets named by `env`. */
  env: NodeJS.ProcessEnv;
}

export const DEFAULT_SETTINGS = {
  branch: null,
  bootListen: { host: '0.0.0.0', port: 8480 },
  bootUrl: null,
  logPort: null,
  controlListen: { host: '127.0.0.1', port: 8481 },
  pollInterval: 60_000,
  auth: {},
  bindAddresses: true,
  keepEventsDays: 180,
  workers: 64,
} as const satisfies Partial<DaemonSettings>;
