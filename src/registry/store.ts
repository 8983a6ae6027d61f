/** The ports of places that keep images: a repository of a registry, or a directory. */

import type { Descriptor, Manifest } from './manifest.ts';

export interface ImageReader {
  /** For messages: `karoo.example.org:5000/redis`, or the directory's path. */
  readonly place: string;
  /** Null when there is no such manifest. Takes a tag or a digest. */
  head(reference: string): Promise<Pick<Descriptor, 'mediaType' | 'digest' | 'size'> | null>;
  /** Rejects with `not-found`. Its bytes are what its digest says. */
  manifest(reference: string): Promise<Manifest>;
  /** In the order of the store. */
  tags(): Promise<string[]>;
}

/** A place that another program copies from: its blobs do not pass through here. */
export interface ImageSender extends ImageReader {
  /** Writes an image with all that is behind it, and under no tag. Resolves with the bytes that the target lacked. */
  send(digest: string, target: ImageStore): Promise<number>;
}

export interface ImageStore extends ImageReader {
  /** Under its digest, or under a tag; whatever it refers to must be there. */
  putManifest(reference: string, manifest: Manifest): Promise<void>;
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
