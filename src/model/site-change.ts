/** What Git says differently at two commits, in terms of machines. Made by `plan/compare-sites.ts`. */

import type { Cause, Effect } from './plan.ts';

export type SiteChangeKind =
  | 'added'
  | 'removed'
  | 'profile'
  | 'generation'
  | 'power'
  | 'configuration'
  | 'outdated'
  | 'pool'
  | 'network'
  | 'bmc'
  | 'protected'
  | 'paused'
  | 'dependencies'
  | 'labels'
  | 'policy'
  | 'image'
  | 'declared';

/** One thing that Git says differently of one node, image, pool, …; `effect` is what it does to a settled machine. */
export interface SiteChange {
  /** `node`, or what else it speaks of: `image`, `pool`, `site`. */
  about: 'node' | 'image' | 'pool' | 'profile' | 'network' | 'site';
  name: string;
  kind: SiteChangeKind;
  effect: Effect;
  /** `profile base → docker`. Things with the same text are shown as one group. */
  change: string;
  cause: Cause;
}
