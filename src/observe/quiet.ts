/** A short memory of what was said, so that a machine that asks for ever cannot fill the journal. */

const WINDOW = 60_000;

/**
 * Answers whether a thing is worth saying: not where the same was said within the last minute, nor where `most` different
 * things were, as when somebody makes addresses up. The clock tells ms since the epoch.
 */
export function createQuiet(clock: () => number, most: number): (what: string) => boolean {
  /** When each was said, oldest first. */
  const said = new Map<string, number>();

  return (what) => {
    const now = clock();
    for (const [old, at] of said) {
      // A clock that was set back must not keep it quiet for longer than the window.
      if (now >= at && now < at + WINDOW) break;
      said.delete(old);
    }
    if (said.has(what) || said.size >= most) return false;
    said.set(what, now);
    return true;
  };
}
