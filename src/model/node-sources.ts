import type { SourceRef } from './problem.ts';

/** Where the values in force of a node were written: in its own file, its pool's or the site's. */
export interface NodeSources {
  node: SourceRef;
  /** Where it names the pool that its profile may come from; null where it names its profile itself. */
  pool: SourceRef | null;
  profile: SourceRef;
  /** The document of its profile. */
  definition: SourceRef;
  generation: SourceRef;
  power: SourceRef;
}
