/** Names of container images, as people write them and as registries want them. Pure. */

export interface ImageReference {
  /** Host, and port where there is one: `docker.io`, `karoo.example.org:5000`. */
  registry: string;
  /** `library/redis`. */
  repository: string;
  tag: string | null;
  /** `sha256:…` */
  digest: string | null;
}

/** OCI distribution spec 1.1, "Pulling manifests". */
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const HOST = /^(?:[a-z0-9]+(?:(?:\.|-+)[a-z0-9]+)*|\[[0-9a-f:]+\])(?::[0-9]{1,5})?$/;

/**
 * Reads `redis`, `docker.io/library/redis:7.2`, `karoo:5000/a/b@sha256:…`. The first part is a host when it has a dot or
 * a port or is `localhost`; without a host it is `docker.io`, whose images without a folder lie in `library`. Null for
 * anything else.
 */
export function parseReference(text: string): ImageReference | null {
  const [named = '', digest = null, ...rest] = text.split('@');
  if (rest.length > 0 || (digest !== null && !DIGEST.test(digest))) return null;
  const slash = named.indexOf('/');
  const first = slash === -1 ? '' : named.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost';
  const registry = isHost ? canonicalHost(first) : 'docker.io';
  const path = isHost ? named.slice(slash + 1) : named;
  const colon = path.lastIndexOf(':');
  const tag = colon === -1 ? null : path.slice(colon + 1);
  const written = colon === -1 ? path : path.slice(0, colon);
  const repository = registry === 'docker.io' && !written.includes('/') ? `library/${written}` : written;
  if (!HOST.test(registry) || !REPOSITORY.test(repository) || repository.length > 255) return null;
  if (tag !== null && !TAG.test(tag)) return null;
  return { registry, repository, tag, digest };
}

/** Where a registry is spoken to: the Docker Hub's API has another name than its images. */
export function endpointOf(registry: string): string {
  return registry === 'docker.io' ? 'https://registry-1.docker.io' : `https://${registry}`;
}

function canonicalHost(host: string): string {
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}
