/** The port of a place that keeps images: a repository of a registry, or a directory. */

import type { Descriptor, Manifest } from './manifest.ts';

export interface ImageStore {
  /** For messages: `karoo.example.org:5000/redis`, or the directory's path. */
  readonly place: string;
  /** Null when there is no such manifest. Takes a tag or a digest. */
  head(reference: string): Promise<Pick<Descriptor, 'mediaType' | 'digest' | 'size'> | null>;
  /** Rejects with `not-found`. Its bytes are what its digest says. */
  manifest(reference: string): Promise<Manifest>;
  /** Under its digest, or under a tag; whatever it refers to must be there. */
  putManifest(reference: string, manifest: Manifest): Promise<void>;
  /** In the order of the store. */
  tags(): Promise<string[]>;
  hasBlob(digest: string): Promise<boolean>;
  /** From byte `from` on. Read from 0, it is held against the digest at its end; else against the size only. */
  readBlob(blob: Descriptor, from: number): AsyncIterable<Uint8Array>;
  /** Reads as much as is needed, from where an earlier write was cut off. It is there, whole, or it is not. */
  writeBlob(
    blob: Descriptor,
    read: (from: number) => AsyncIterable<Uint8Array>,
    onBytes: OnBytes,
  ): Promise<void>;
  /** Whether the blob was taken over from another place without moving it. */
  mountBlob(blob: Descriptor, from: ImageStore): Promise<boolean>;
}

/** Called with the number of bytes that have just been written. */
export type OnBytes = (bytes: number) => void;
