/** Where an image that barewright built comes from, as labels of the image itself (OCI image spec, "Annotations"). */

export const REVISION = 'org.opencontainers.image.revision';
export const CREATED = 'org.opencontainers.image.created';
export const BASE_NAME = 'org.opencontainers.image.base.name';
export const BASE_DIGEST = 'org.opencontainers.image.base.digest';
const OWN = 'dev.barewright.build.';
const LABELS = {
  key: `${OWN}key`,
  tree: `${OWN}tree`,
  commit: REVISION,
  author: `${OWN}author`,
  builder: `${OWN}builder`,
  time: CREATED,
  base: BASE_NAME,
  baseDigest: BASE_DIGEST,
} as const;

export interface Provenance {
  /** Over all that the build depends on. An image with this key need not be built again. */
  key: string;
  /** Of the build context, as Git names it. */
  tree: string;
  /** That was in force when it was built. */
  commit: string;
  author: string;
  /** `Docker Engine 20.10.24`. */
  builder: string;
  /** ISO 8601. */
  time: string;
  /** As the last stage names it; empty for `scratch`, and where it is not known. */
  base: string;
  baseDigest: string;
}

/** Without labels for what is not known. */
export function labelsOf(provenance: Provenance): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [field, label] of entries()) {
    if (provenance[field] !== '') labels[label] = provenance[field];
  }
  return labels;
}

/** Null for an image that barewright did not build. */
export function provenanceOf(labels: Readonly<Record<string, unknown>>): Provenance | null {
  const read = (label: string): string => {
    const value = labels[label];
    return typeof value === 'string' ? value : '';
  };
  const found = Object.fromEntries(entries().map(([field, label]) => [field, read(label)]));
  const provenance = { ...NONE, ...found };
  return provenance.key === '' ? null : provenance;
}

const NONE: Provenance = {
  ...{ key: '', tree: '', commit: '', author: '', builder: '', time: '', base: '', baseDigest: '' },
};

function entries(): [field: keyof Provenance, label: string][] {
  return Object.entries(LABELS) as [keyof Provenance, string][];
}
