/** A repository that may not be there yet when the daemon starts: a file system not mounted must not keep it down. */

import type { Source } from '../git/source.ts';

/**
 * Stands for the source from the start; every call opens it first when that has not worked yet, and fails as
 * opening does. Changes are heard from the moment it is open; until then `check` is called every `pause` ms.
 */
export function createLateSource(open: () => Promise<Source>, location: string, pause: number): Source {
  let source: Source | null = null;
  let opening: Promise<Source> | null = null;
  let closed = false;
  const listeners = new Map<() => void, (() => void) | null>();
  let timer: NodeJS.Timeout | null = null;

  async function opened(): Promise<Source> {
    if (source) return source;
    opening ??= open().finally(() => {
      opening = null;
    });
    const ready = await opening;
    if (closed) ready.close();
    if (source !== ready) {
      source = ready;
      for (const listener of listeners.keys()) listeners.set(listener, ready.onChange(listener));
    }
    return ready;
  }

  function knock(): void {
    timer = null;
    if (closed || source) return;
    for (const listener of listeners.keys()) listener();
    timer = setTimeout(knock, pause);
  }

  return {
    describe: () => source?.describe() ?? location,
    branch: () => source?.branch() ?? null,
    head: async () => (await opened()).head(),
    blobs: async (ids, limits) => (await opened()).blobs(ids, limits),
    sizes: async (ids) => (await opened()).sizes(ids),
    resolve: async (revision) => (await opened()).resolve(revision),
    readCommit: async (id) => (await opened()).readCommit(id),
    rawCommit: async (id) => (await opened()).rawCommit(id),
    trailers: async (from, to, key) => (await opened()).trailers(from, to, key),
    tree: async (id) => (await opened()).tree(id),
    directories: async (id) => (await opened()).directories(id),
    contents: async (id, path) => (await opened()).contents(id, path),
    isAncestor: async (a, b) => (await opened()).isAncestor(a, b),
    range: async (from, to) => (await opened()).range(from, to),
    lastChange: async (from, to, path) => (await opened()).lastChange(from, to, path),
    rootTrees: async (from, to) => (await opened()).rootTrees(from, to),
    changedPaths: async (from, to) => (await opened()).changedPaths(from, to),
    onChange(listener) {
      listeners.set(listener, source?.onChange(listener) ?? null);
      timer ??= setTimeout(knock, pause);
      return () => {
        listeners.get(listener)?.();
        listeners.delete(listener);
      };
    },
    close() {
      closed = true;
      if (timer) clearTimeout(timer);
      source?.close();
    },
  };
}
