/** Sees to it that what is declared is there: fetches at once, and again after a growing pause where that failed. */

import { NetbootError } from './errors.ts';
import type { Artifact, NetbootStore, StoredArtifact } from './store.ts';

export interface Keeper {
  /** What is wanted from now on; what failed before is tried at once. */
  keep(artifacts: readonly Artifact[]): void;
  /** Why it is not there, as what follows its name in a sentence; null when it is there. */
  lacks(artifact: Artifact): string | null;
  /** What is served for an artifact that is wanted; null while it is not there. */
  served(artifact: Artifact): StoredArtifact | null;
  /** Everything that is wanted and there. */
  held(): StoredArtifact[];
  /** By its own digest; only what is wanted is found. */
  find(sha256: string): StoredArtifact | null;
  close(): Promise<void>;
}

interface Ports {
  store: NetbootStore;
  onFetched(artifact: StoredArtifact, source: Artifact): void;
  /** `pause` in ms until the next try. */
  onFailed(source: Artifact, error: NetbootError, pause: number): void;
}

interface Wish {
  /** Profiles may name several places for one digest: each is tried in its turn. */
  places: Artifact[];
  tries: number;
  why: string | null;
  timer: NodeJS.Timeout | null;
}

const FIRST_PAUSE = 10_000;
const LONGEST_PAUSE = 15 * 60_000;

export function createKeeper({ store, onFetched, onFailed }: Ports): Keeper {
  let wishes = new Map<string, Wish>();
  const running = new Set<Promise<void>>();
  let closed = false;

  function keep(artifacts: readonly Artifact[]): void {
    for (const { timer } of wishes.values()) if (timer) clearTimeout(timer);
    const before = wishes;
    wishes = new Map();
    for (const artifact of artifacts) {
      const known = wishes.get(artifact.sha256);
      if (known) known.places.push(artifact);
      else {
        const why = before.get(artifact.sha256)?.why ?? null;
        wishes.set(artifact.sha256, { places: [artifact], tries: 0, why, timer: null });
      }
    }
    for (const wish of wishes.values()) if (!served(wish)) begin(wish);
  }

  function served({ places }: Wish): StoredArtifact | null {
    return places[0] ? store.find(places[0]) : null;
  }

  function begin(wish: Wish): void {
    if (closed) return;
    const work = fetch(wish).finally(() => running.delete(work));
    running.add(work);
  }

  async function fetch(wish: Wish): Promise<void> {
    const place = wish.places[wish.tries % wish.places.length];
    if (!place) return;
    wish.timer = null;
    wish.tries += 1;
    try {
      const stored = await store.ensure(place);
      if (isCurrent(wish, place)) onFetched(stored, place);
    } catch (error) {
      if (!isCurrent(wish, place)) return;
      const known = error instanceof NetbootError ? error : new NetbootError('unreachable', `${error}`);
      const pause = Math.min(FIRST_PAUSE * 2 ** (wish.tries - 1), LONGEST_PAUSE);
      wish.why = `cannot be fetched from ${placeOf(place)}: ${known.message}`;
      wish.timer = setTimeout(() => begin(wish), pause);
      onFailed(place, known, pause);
    }
  }

  /** A newer wish for the same digest has its own tries. */
  function isCurrent(wish: Wish, { sha256 }: Artifact): boolean {
    return !closed && wishes.get(sha256) === wish;
  }

  return {
    keep,
    lacks(artifact) {
      if (store.find(artifact)) return null;
      const why = wishes.get(artifact.sha256)?.why;
      return why ?? `is being fetched from ${placeOf(artifact)}`;
    },
    held: () => [...wishes.values()].flatMap((wish) => served(wish) ?? []),
    served: (artifact) => (wishes.has(artifact.sha256) ? store.find(artifact) : null),
    find(sha256) {
      for (const wish of wishes.values()) {
        const found = served(wish);
        if (found?.sha256 === sha256) return found;
      }
      return null;
    },
    async close() {
      closed = true;
      for (const { timer } of wishes.values()) if (timer) clearTimeout(timer);
      await store.close();
      await Promise.allSettled(running);
    },
  };
}

/** Where it comes from, for a person. */
export function placeOf({ file, url, package: name, path }: Artifact): string {
  return file ?? url ?? `package ${name} (${path})`;
}
