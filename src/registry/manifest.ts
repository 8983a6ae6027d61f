/** Manifests and indexes: kept as the bytes they came as, and read only to see what they refer to. */

import { digestOf, isDigest } from './digest.ts';
import { RegistryError } from './errors.ts';

export interface Descriptor {
  mediaType: string;
  digest: string;
  /** Bytes. */
  size: number;
  platform?: { os: string; architecture: string; variant?: string };
  annotations?: Record<string, string>;
}

/** A manifest or an index. Its digest is that of its bytes. */
export interface Manifest {
  mediaType: string;
  digest: string;
  bytes: Buffer;
}

const OCI = 'application/vnd.oci.image.';
const DOCKER = 'application/vnd.docker.distribution.manifest.';
export const OCI_INDEX: string = `${OCI}index.v1+json`;
const INDEXES: readonly string[] = [OCI_INDEX, `${DOCKER}list.v2+json`];
const MANIFESTS: readonly string[] = [`${OCI}manifest.v1+json`, `${DOCKER}v2+json`];
/** What is asked for, so that a registry hands out what it has and converts nothing. */
export const ACCEPT: string = [...INDEXES, ...MANIFESTS].join(', ');
/** OCI distribution spec 1.1: registries need not take larger manifests. */
export const MAX_MANIFEST: number = 4 * 2 ** 20;

/** What a manifest refers to: children first need their own, blobs are bytes. */
export interface References {
  children: Descriptor[];
  blobs: Descriptor[];
}

export function manifestOf(mediaType: string, bytes: Buffer): Manifest {
  return { mediaType, digest: digestOf(bytes), bytes };
}

/** Throws RegistryError `protocol` for what is no manifest or index of a known kind. `what` names it. */
export function referencesOf({ mediaType, bytes }: Manifest, what: string): References {
  const parsed = parse(bytes, what);
  if (INDEXES.includes(mediaType)) return { children: descriptors(parsed.manifests, what), blobs: [] };
  if (!MANIFESTS.includes(mediaType)) {
    const hint = 'Mirror an image in a format of Docker 1.10 (2016) or later, or of the OCI.';
    throw new RegistryError('protocol', `${what} is of the unknown kind ${JSON.stringify(mediaType)}`, {
      hint,
    });
  }
  const blobs = [...descriptors([parsed.config], what), ...descriptors(parsed.layers, what)];
  // Layers with addresses of their own (Windows base images) are not for registries to keep.
  return {
    children: [],
    blobs: blobs.filter(({ mediaType }) => !/\.foreign\.|nondistributable/.test(mediaType)),
  };
}

export function isIndex({ mediaType }: Pick<Manifest, 'mediaType'>): boolean {
  return INDEXES.includes(mediaType);
}

/** The parsed text of a manifest; an object. */
export function parse(bytes: Buffer, what: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below.
  }
  throw new RegistryError('protocol', `${what} is no JSON object`);
}

function descriptors(list: unknown, what: string): Descriptor[] {
  if (!Array.isArray(list)) throw new RegistryError('protocol', `${what} lacks its list of contents`);
  for (const item of list as Partial<Descriptor>[]) {
    const whole = isDigest(`${item?.digest}`) && Number.isSafeInteger(item?.size) && (item?.size ?? -1) >= 0;
    if (!whole) throw new RegistryError('protocol', `${what} refers to something without digest or size`);
  }
  return list as Descriptor[];
}
