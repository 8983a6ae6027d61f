import { join, relative, sep } from 'node:path';
import { watch } from 'chokidar';

export interface RefPlaces {
  /** Holds this work tree's HEAD. */
  gitDir: string;
  /** Holds `refs/` and `packed-refs`; the same as `gitDir` but in a linked work tree. */
  commonDir: string;
  /** The branch that is followed; null watches all of `refs/heads`. */
  branch: string | null;
}

/**
 * Calls `hint` when HEAD or the branch may have moved, and once when the watch stands, for what moved before.
 * Never watches the work tree: mid-checkout it is inconsistent, and only the commit counts. `git pack-refs` removes
 * the file of a living branch, so no event means "gone" by itself. `warn` hears why watching does not work; polling goes on.
 */
export function watchRefs(places: RefPlaces, hint: () => void, warn: (message: string) => void): () => void {
  const watched = [
    join(places.gitDir, 'HEAD'),
    join(places.commonDir, 'packed-refs'),
    join(places.commonDir, 'refs', 'heads', ...(places.branch ?? '').split('/')),
  ];
  // Directories rather than files: git replaces a file by renaming over it, which a watch on the old file does not see.
  const watcher = watch([...new Set([places.gitDir, places.commonDir])], {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path) => path.endsWith('.lock') || !watched.some((target) => onTheWay(path, target)),
  });
  watcher.on('ready', hint);
  watcher.on('all', hint);
  watcher.on('error', (error) =>
    warn(`cannot watch ${places.gitDir} (${String(error)}); it is polled instead`),
  );
  return () => void watcher.close();
}

/** Whether `path` is the target, above it, or below it. */
function onTheWay(path: string, target: string): boolean {
  const inside = (from: string, to: string) => {
    const step = relative(from, to);
    return step !== '..' && !step.startsWith(`..${sep}`);
  };
  return inside(path, target) || inside(target, path);
}
