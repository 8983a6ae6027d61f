import type { Commit, DesiredNode } from '../model/desired.ts';
import type { SourceRef } from '../model/problem.ts';

/** What Git says of the way between two commits. */
export interface FileChanges {
  /** The commit that last touched the file; null where none of them did. */
  commitOf(file: string): Commit | null;
  /** The first of the changed files whose path begins so; null where there is none. */
  firstBelow(start: string): string | null;
}

/** By custom a profile has a file of its own; where it has none that changed, the place that names it. */
export function profileFile({ profile, sources }: DesiredNode, files: FileChanges): SourceRef {
  const file = files.firstBelow(`profiles/${profile}.`);
  return file === null ? sources.profile : { file, line: 1, column: 1 };
}
