/** Reviews, wired: a mirror of its own, and the forge that the site names. */

import { join } from 'node:path';
import { openReviewMirror } from '../../git/review-mirror.ts';
import { openForge } from '../../review/open-forge.ts';
import type { Secrets } from '../secrets.ts';
import type { DaemonSettings } from '../settings.ts';
import { createReviews, type Reviews } from './reviews.ts';

type Ports = Omit<Parameters<typeof createReviews>[0], 'openMirror' | 'openForge' | 'interval'> & {
  settings: DaemonSettings;
  secrets: Pick<Secrets, 'read'>;
};

export function startReviews({ settings, secrets, ...ports }: Ports): Reviews {
  const { repository: location, dataDir, auth, env, reviewInterval } = settings;
  return createReviews({
    ...ports,
    ...(reviewInterval === undefined ? {} : { interval: reviewInterval }),
    openMirror: () => openReviewMirror({ location, dataDir: join(dataDir, 'review'), auth, env }),
    openForge: (spec) =>
      openForge(spec, {
        token: () => secrets.read(spec.token),
        ca: async () => (spec.ca ? secrets.read(spec.ca) : null),
      }),
  });
}
