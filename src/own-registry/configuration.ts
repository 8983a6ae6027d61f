/** The configuration of distribution's `registry` 2.8, hardened (distribution, "Configuring a registry"). */

import { stringify } from 'yaml';

export interface RegistryConfiguration {
  /** `https://karoo.example.org:5000`, as clients call it. */
  endpoint: string;
  /** Address and port that it listens on. */
  listen: string;
  storage: { directory: string } | { s3: S3Storage };
  certificateFile: string;
  keyFile: string;
  /** By which uploads under way are known again after a restart. */
  secret: string;
  tokens: {
    realm: string;
    service: string;
    issuer: string;
    /** PEM of the one certificate whose key signs tokens. */
    certificateFile: string;
  };
  readOnly: boolean;
}

export interface S3Storage {
  bucket: string;
  region: string;
  /** Of Ceph or another that speaks S3; null for Amazon's. */
  endpoint: string | null;
  /** Below it in the bucket. */
  prefix: string;
  accessKey: string;
  secretKey: string;
}

const HEAD = `# Written by barewright; what is changed here is overwritten. Holds secrets: mode 0600.
#
# There is no storage.cache: with it, a garbage collection during a push leaves images without their layers.
`;

/** YAML, with secrets in it. */
export function registryConfiguration(wish: RegistryConfiguration): string {
  const { endpoint, listen, certificateFile, keyFile, secret, tokens, readOnly } = wish;
  const settings = {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: {
      ...driver(wish.storage),
      delete: { enabled: true },
      maintenance: {
        readonly: { enabled: readOnly },
        uploadpurging: { enabled: true, age: '168h', interval: '24h', dryrun: false },
      },
    },
    http: {
      addr: listen,
      host: endpoint,
      secret,
      draintimeout: '5s',
      headers: { 'X-Content-Type-Options': ['nosniff'] },
      tls: { certificate: certificateFile, key: keyFile, minimumtls: 'tls1.2' },
    },
    auth: {
      token: {
        realm: tokens.realm,
        service: tokens.service,
        issuer: tokens.issuer,
        rootcertbundle: tokens.certificateFile,
      },
    },
    health: { storagedriver: { enabled: true, interval: '10s', threshold: 3 } },
  };
  return HEAD + stringify(settings, { lineWidth: 0 });
}

function driver(storage: RegistryConfiguration['storage']): object {
  if ('directory' in storage) return { filesystem: { rootdirectory: storage.directory } };
  const { bucket, region, endpoint, prefix, accessKey, secretKey } = storage.s3;
  return {
    s3: {
      ...{ accesskey: accessKey, secretkey: secretKey, region, bucket, secure: true },
      ...(endpoint === null ? {} : { regionendpoint: endpoint }),
      ...(prefix === '' ? {} : { rootdirectory: `/${prefix}` }),
    },
    // Nodes need to reach the registry, not the storage behind it.
    redirect: { disable: true },
  };
}
