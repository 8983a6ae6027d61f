/**
 * Where uploads stand, so that one that was cut off by the end of the process goes on. A note is written after the
 * registry has confirmed a chunk; the address in it is only good for this very upload, and carries no login.
 */

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface UploadNote {
  /** The upload's address as the registry last gave it. */
  location: string;
  /** Bytes that the registry has. */
  offset: number;
}

export interface UploadNotes {
  read(upload: string): Promise<UploadNote | null>;
  write(upload: string, note: UploadNote): Promise<void>;
  remove(upload: string): Promise<void>;
}

/** `upload` is any text that names registry, repository and blob. */
export function createUploadNotes(directory: string): UploadNotes {
  const fileOf = (upload: string) => join(directory, createHash('sha256').update(upload).digest('hex'));
  return {
    async read(upload) {
      try {
        const note = JSON.parse(await readFile(fileOf(upload), 'utf8')) as Partial<UploadNote>;
        const { location, offset } = note;
        const isWhole = typeof location === 'string' && Number.isSafeInteger(offset) && (offset ?? 0) > 0;
        return isWhole ? (note as UploadNote) : null;
      } catch {
        // A note that cannot be read costs one upload from its beginning.
        return null;
      }
    },
    async write(upload, note) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const file = fileOf(upload);
      await writeFile(`${file}.new`, JSON.stringify(note), { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
    remove: (upload) => rm(fileOf(upload), { force: true }),
  };
}

/** For those who begin anew each time. */
export const NO_NOTES: UploadNotes = {
  read: async () => null,
  write: async () => {},
  remove: async () => {},
};
