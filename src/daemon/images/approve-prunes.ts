/** A person's word on the tags that a plan holds: one event each, so that an image's story tells it. Pure. */

import type { NewEvent } from '../../model/event.ts';
import type { Plan } from '../../model/plan.ts';

/** Given under the plan's commit; `registry` is the own one's host and port. */
export function pruneApprovals(
  { images, commit, digest: plan }: Plan,
  registry: string,
  actor: string,
  why: string,
): NewEvent[] {
  return images.flatMap(({ image, repository, tag, digest, hold }): NewEvent[] => {
    if (hold === null || digest === null) return [];
    const place = { image, registry, repository, tag, digest };
    return [
      {
        ...{ node: null, commit: commit.id, actor, reason: 'ImagePruneApproved' },
        message: `${repository}:${tag} may go, says ${actor}${why ? `: ${why}` : ''}`,
        data: { ...place, plan, approval: hold.approval, why },
      },
    ];
  });
}
