/** Disk images kept in a container registry: an artifact of one layer, which is the image. OCI image spec 1.1, "artifacts". */

import { Readable } from 'node:stream';
import type { ImageReference } from '../model/image-reference.ts';
import { endpointOf, parseReference } from '../model/image-reference.ts';
import { createRegistry, type Registry } from '../registry/client.ts';
import { RegistryError } from '../registry/errors.ts';
import { isIndex, parse } from '../registry/manifest.ts';
import { NetbootError, type NetbootErrorCode } from './errors.ts';
import type { OpenSource } from './receive.ts';

interface Layer {
  mediaType: string;
  digest: string;
  size: number;
}

/**
 * Opens `oci://registry/repository:tag` or `…@sha256:…`, without a login. Its one layer must have the digest that the
 * profile names; a tag that was moved is told from a registry that is away. Rejects with NetbootError.
 */
export async function openOci(url: string, sha256: string, signal: AbortSignal): Promise<OpenSource> {
  const reference = parseReference(url.slice('oci://'.length));
  const wanted = reference?.digest ?? reference?.tag;
  if (!reference || wanted == null)
    throw new NetbootError('http', 'it names no registry, repository and tag');
  try {
    return await open(reference, wanted, sha256, endpointOf(reference.registry), signal);
  } catch (error) {
    if (!(error instanceof RegistryError && error.code === 'tls')) throw readable(error);
    // Neither a secret nor trust is at stake: what comes is held against the digest.
    return open(reference, wanted, sha256, `http://${reference.registry}`, signal).catch((plain: unknown) => {
      const speaksNeither = plain instanceof RegistryError && NO_HTTP.has(plain.code);
      throw readable(speaksNeither ? error : plain);
    });
  }
}

const NO_HTTP: ReadonlySet<RegistryError['code']> = new Set(['unreachable', 'protocol', 'refused', 'closed']);

async function open(
  { repository: name }: ImageReference,
  wanted: string,
  sha256: string,
  endpoint: string,
  signal: AbortSignal,
): Promise<OpenSource> {
  const registry = createRegistry({ endpoint, signal });
  try {
    const repository = registry.repository(name);
    const manifest = await repository.manifest(wanted);
    if (isIndex(manifest))
      throw new NetbootError('format', 'it is an index of several images; name one of them');
    const { layers } = parse(manifest.bytes, repository.place) as { layers?: Layer[] };
    const [layer, ...more] = layers ?? [];
    if (!layer || more.length > 0) {
      throw new NetbootError('format', `it has ${layers?.length ?? 0} layers; a disk image has one`);
    }
    if (layer.digest !== `sha256:${sha256}`) {
      throw new NetbootError('digest', `its layer is ${layer.digest}, not sha256:${sha256}`);
    }
    return { size: layer.size, body: bodyOf(registry, repository.readBlob(layer, 0)) };
  } catch (error) {
    await registry.close();
    throw error;
  }
}

/** Whoever reads it, or stops reading, lets go of the registry. */
function bodyOf(registry: Registry, bytes: AsyncIterable<Uint8Array>): Readable {
  async function* pieces() {
    try {
      yield* bytes;
    } catch (error) {
      throw readable(error);
    } finally {
      await registry.close();
    }
  }
  return Readable.from(pieces());
}

const CODES: Partial<Record<RegistryError['code'], NetbootErrorCode>> = {
  digest: 'digest',
  unreachable: 'unreachable',
  truncated: 'unreachable',
  'no-space': 'space',
  closed: 'closed',
};

/** The hint stays behind: it speaks of other places than a profile. */
function readable(error: unknown): unknown {
  if (!(error instanceof RegistryError)) return error;
  return new NetbootError(CODES[error.code] ?? 'http', error.message, { cause: error });
}
