/** Container registries in the site's document. */

import type { SecretRef } from './secret-ref.ts';

/** A container registry. */
export interface RegistrySpec {
  /** `https://10.77.0.1:5000`. */
  endpoint: string;
  /** The one that holds the images that the site declares. */
  own?: boolean;
  /** How it is spoken to, as an upstream: by barewright itself (`builtin`, default), or by the program skopeo. */
  transport?: 'builtin' | 'skopeo';
  /** PEM; trusted for this registry instead of the system's authorities. */
  ca?: SecretRef;
  username?: string;
  password?: SecretRef;
  /** The daemon runs it: only the site's own. */
  serve?: ServeSpec;
}

/** How the site's own registry is run. An empty one takes every default. */
export interface ServeSpec {
  /** Default: a directory within the daemon's data. */
  storage?: StorageSpec;
  /** Address and port. Default: those of `endpoint`, all addresses where it has a name. */
  listen?: string;
  /** Where tokens are handed out, on the same host. Default: the port after that of `endpoint`. */
  tokenPort?: number;
  /** Image of distribution's `registry`, run by Docker. Default: the program `docker-registry`. */
  container?: string;
  /** Program and arguments that have another, such as systemd, take the configuration that was written. */
  reload?: string[];
  /** PEM, with `key` and the registry's `ca`. Default: made by the daemon, under an authority of the site's own. */
  certificate?: SecretRef;
  key?: SecretRef;
  /** Raised, it gives every node another password. Default 1. */
  rotation?: number;
  /** Names of nodes that may not pull. */
  revoked?: string[];
}

export type StorageSpec = { directory: string } | { s3: S3Spec };

/** A bucket of Amazon's S3, of Ceph, or of another that speaks it. */
export interface S3Spec {
  bucket: string;
  /** Default `default`. */
  region?: string;
  /** `https://rgw.karoo.example.org`. Default: Amazon's. */
  endpoint?: string;
  /** Below it in the bucket. */
  prefix?: string;
  accessKey: SecretRef;
  secretKey: SecretRef;
}
