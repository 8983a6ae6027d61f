/** Every commit of a scenario with what its people wanted by it. */

import type { SiteWish } from './wish.ts';

export interface Entry {
  wish: SiteWish;
  parent: string | null;
}

export type Ledger = ReturnType<typeof createLedger>;

export function createLedger() {
  const entries = new Map<string, Entry>();

  function of(commit: string): Entry {
    const entry = entries.get(commit);
    if (!entry) throw new Error(`nobody made the commit ${commit}`);
    return entry;
  }

  return {
    note: (commit: string, wish: SiteWish, parent: string | null) =>
      void entries.set(commit, { wish, parent }),
    of,
    has: (commit: string) => entries.has(commit),
    /** Whether `commit` has `ancestor` behind it. */
    follows(commit: string, ancestor: string): boolean {
      for (let at: string | null = commit; at !== null; at = of(at).parent) if (at === ancestor) return true;
      return false;
    },
  };
}
