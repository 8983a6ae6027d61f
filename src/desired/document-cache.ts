/** A site's files by blob id, parsed and checked on first use: a commit that changes three files parses three files. */

import { type ParsedFile, parseFile } from './parse-file.ts';
import { isSitePath, type TreeEntry } from './site-paths.ts';

export interface DocumentCache {
  /** Blob ids of the site's files in the tree that were not added yet, each once. Other entries are passed over. */
  missing(tree: readonly TreeEntry[]): string[];
  add(blob: string, bytes: Uint8Array): void;
  /** As documents; what is wrong with it becomes problems of every site that holds it. Null when it was not added. */
  get(blob: string): ParsedFile | null;
  /** As it was added, or null. */
  bytes(blob: string): Uint8Array | null;
}

/** Kept at most; the files used longest ago go first. Far above what one site may have. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;

export function createDocumentCache(): DocumentCache {
  // Insertion order is the order of use: what is asked for moves to the end.
  const files = new Map<string, { bytes: Uint8Array; parsed: ParsedFile | null }>();
  let kept = 0;

  function use(blob: string) {
    const file = files.get(blob);
    if (!file) return null;
    files.delete(blob);
    files.set(blob, file);
    return file;
  }

  return {
    missing(tree) {
      const wanted = new Set<string>();
      for (const { path, blob } of tree) {
        if (isSitePath(path) && !use(blob)) wanted.add(blob);
      }
      return [...wanted];
    },
    add(blob, bytes) {
      if (files.has(blob)) return;
      files.set(blob, { bytes, parsed: null });
      kept += bytes.length;
      for (const [oldest, { bytes }] of files) {
        if (kept <= MAX_KEPT_BYTES || oldest === blob) break;
        files.delete(oldest);
        kept -= bytes.length;
      }
    },
    get(blob) {
      const file = use(blob);
      if (file) file.parsed ??= parseFile(file.bytes);
      return file?.parsed ?? null;
    },
    bytes: (blob) => use(blob)?.bytes ?? null,
  };
}
