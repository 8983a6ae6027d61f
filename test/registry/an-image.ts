import { randomBytes } from 'node:crypto';
import { digestOf } from '../../src/registry/digest.ts';
import { type Descriptor, type Manifest, manifestOf, OCI_INDEX } from '../../src/registry/manifest.ts';
import type { ImageStore } from '../../src/registry/store.ts';

const OCI = 'application/vnd.oci.image.';

export interface AnImage {
  manifest: Manifest;
  blobs: Map<string, Buffer>;
}

/** A Linux image with layers of these sizes, of random bytes; the text of its manifest has odd blanks on purpose. */
export function anImage({ sizes = [1000], architecture = 'amd64' } = {}): AnImage {
  const layers = sizes.map((size) => randomBytes(size));
  const config = Buffer.from(
    JSON.stringify({ architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: layers.map(digestOf) } }),
  );
  const describe = (mediaType: string, bytes: Buffer): Descriptor => ({
    mediaType: `${OCI}${mediaType}`,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const text = {
    schemaVersion: 2,
    mediaType: `${OCI}manifest.v1+json`,
    config: describe('config.v1+json', config),
    layers: layers.map((layer) => describe('layer.v1.tar', layer)),
  };
  const manifest = manifestOf(text.mediaType, Buffer.from(`${JSON.stringify(text, null, 3)}\n\n`));
  return { manifest, blobs: new Map([config, ...layers].map((bytes) => [digestOf(bytes), bytes])) };
}

/** An index over images, one of each architecture. */
export function anIndex(images: Record<string, AnImage>): Manifest {
  const manifests = Object.entries(images).map(([architecture, { manifest }]) => ({
    ...{ mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.length },
    platform: { os: 'linux', architecture },
  }));
  const text = {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests,
    annotations: { 'org.example.note': 'kept' },
  };
  return manifestOf(OCI_INDEX, Buffer.from(JSON.stringify(text, null, '\t')));
}

/** Writes it blob by blob, and gives it a tag. */
export async function push(store: ImageStore, tag: string, { manifest, blobs }: AnImage): Promise<Manifest> {
  for (const [digest, bytes] of blobs) {
    const blob = { mediaType: 'application/octet-stream', digest, size: bytes.length };
    await store.writeBlob(
      blob,
      (from) => once(bytes.subarray(from)),
      () => {},
    );
  }
  await store.putManifest(tag, manifest);
  return manifest;
}

/** Two architectures under one tag. */
export async function pushIndex(
  store: ImageStore,
  tag: string,
  images: Record<string, AnImage>,
): Promise<Manifest> {
  for (const image of Object.values(images)) await push(store, image.manifest.digest, image);
  const index = anIndex(images);
  await store.putManifest(tag, index);
  return index;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
