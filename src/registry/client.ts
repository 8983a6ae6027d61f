/** An OCI registry: its repositories as stores of images. */

import { createBlobs } from './blobs.ts';
import { createManifests } from './manifests.ts';
import type { ImageStore } from './store.ts';
import { listRepositories, listTags } from './tags.ts';
import { createTransport, type RegistryAccess } from './transport.ts';
import { NO_NOTES, type UploadNotes } from './upload-notes.ts';
import { createUploads } from './uploads.ts';

export interface Repository extends ImageStore {
  /** The registry's host and port. */
  readonly registry: string;
  readonly name: string;
  /** By digest: all tags of it go too. False when it was not there. */
  removeManifest(digest: string): Promise<boolean>;
}

export interface Registry {
  /** Host and port. */
  readonly name: string;
  repository(name: string): Repository;
  repositories(): Promise<string[]>;
  /** Whether it answers and takes the login; rejects with RegistryError when not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Speaks when it is asked something; `notes` let cut-off uploads go on. */
export function createRegistry(access: RegistryAccess, notes: UploadNotes = NO_NOTES): Registry {
  const transport = createTransport(access);
  const { registry } = transport;

  function repository(name: string): Repository {
    const manifests = createManifests(transport, name);
    const blobs = createBlobs(transport, name);
    const uploads = createUploads(transport, name, notes);
    return {
      ...{ place: `${registry}/${name}`, registry, name },
      head: manifests.head,
      manifest: manifests.get,
      putManifest: manifests.put,
      removeManifest: manifests.remove,
      tags: () => listTags(transport, name),
      hasBlob: blobs.has,
      readBlob: blobs.read,
      writeBlob: uploads.write,
      async mountBlob(blob, from) {
        const other = from as Partial<Repository>;
        if (other.registry !== registry || other.name === undefined || other.name === name) return false;
        return uploads.mount(blob, other.name);
      },
    };
  }

  return {
    name: registry,
    repository,
    repositories: () => listRepositories(transport),
    async ping() {
      const answer = await transport.call({ method: 'GET', path: '/v2/', scope: '', expect: [200] });
      await answer.body.dump();
    },
    close: transport.close,
  };
}
