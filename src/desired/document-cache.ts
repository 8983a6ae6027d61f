/** Parsed and checked files by blob id: a commit that changes three files parses three files. */

import { type ParsedFile, parseFile } from './parse-file.ts';
import { needsText, type TreeEntry } from './site-paths.ts';

export interface DocumentCache {
  /** Blob ids of the tree's documents that were not added yet, each once. Entries that hold no documents are passed over. */
  missing(tree: readonly TreeEntry[]): string[];
  /** Parses a file's content. Never throws: what is wrong with it becomes problems of every site that holds it. */
  add(blob: string, bytes: Uint8Array): void;
  /** What `resolveSite` reads; null when the blob was not added. */
  get(blob: string): ParsedFile | null;
}

/** Text kept at most; the files used longest ago go first. Far above what one site may have. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;

export function createDocumentCache(): DocumentCache {
  // Insertion order is the order of use: what is asked for moves to the end.
  const files = new Map<string, ParsedFile>();
  let kept = 0;

  function use(blob: string): ParsedFile | null {
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
        if (needsText(path) && !use(blob)) wanted.add(blob);
      }
      return [...wanted];
    },
    add(blob, bytes) {
      if (files.has(blob)) return;
      const file = parseFile(bytes);
      files.set(blob, file);
      kept += file.text.length;
      for (const [oldest, { text }] of files) {
        if (kept <= MAX_KEPT_BYTES || oldest === blob) break;
        files.delete(oldest);
        kept -= text.length;
      }
    },
    get: use,
  };
}
