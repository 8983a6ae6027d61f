/** Parsed and checked files by blob id: a commit that changes three files parses three files. */

import { type ParsedFile, parseFile } from './parse-file.ts';
import { isReferredFile, needsText, type TreeEntry } from './site-paths.ts';

export interface DocumentCache {
  /** Blob ids of the tree's documents and of the files they refer to that were not added yet, each once. */
  missing(tree: readonly TreeEntry[]): string[];
  /** Parses a file's content. Never throws: what is wrong with it becomes problems of every site that holds it. */
  add(blob: string, bytes: Uint8Array): void;
  /** What `resolveSite` reads; null when the blob was not added. */
  get(blob: string): ParsedFile | null;
  /** The bytes of a file that documents refer to, as they are; null when the blob was not added. */
  bytes(blob: string): Uint8Array | null;
}

interface Kept {
  bytes: Uint8Array;
  /** Made when it is asked for: a script or a template is no document. */
  parsed: ParsedFile | null;
}

/** Text kept at most; the files used longest ago go first. Far above what one site may have. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;

export function createDocumentCache(): DocumentCache {
  // Insertion order is the order of use: what is asked for moves to the end.
  const files = new Map<string, Kept>();
  let kept = 0;

  function use(blob: string): Kept | null {
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
        if ((needsText(path) || isReferredFile(path)) && !use(blob)) wanted.add(blob);
      }
      return [...wanted];
    },
    add(blob, bytes) {
      if (files.has(blob)) return;
      files.set(blob, { bytes, parsed: null });
      kept += bytes.length;
      for (const [oldest, { bytes: old }] of files) {
        if (kept <= MAX_KEPT_BYTES || oldest === blob) break;
        files.delete(oldest);
        kept -= old.length;
      }
    },
    get(blob) {
      const file = use(blob);
      if (!file) return null;
      file.parsed ??= parseFile(file.bytes);
      return file.parsed;
    },
    bytes: (blob) => use(blob)?.bytes ?? null,
  };
}
