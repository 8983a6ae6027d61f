/** The journal's events of one image: what was put under its tags, by which commit, and who was installed with it. Pure. */

import type { Commit } from '../model/desired.ts';
import type { Event, EventData, EventPlace } from '../model/event.ts';

/** A digest under a tag, from when it was put there until something else was. */
export interface ImagePeriod {
  repository: string;
  tag: string;
  digest: string;
  /** Null where barewright did not put it there, or the journal does not reach back so far. */
  since: number | null;
  until: number | null;
  /** What ended it; null while it lasts. */
  ended: 'replaced' | 'removed' | null;
  from: string;
  /** In force when it was put there. */
  commit: { id: string; author: string; subject: string } | null;
  installs: { node: string; at: number; profile: string; generation: number; commit: string }[];
}

export interface ImageHistory {
  /** The oldest first. */
  periods: ImagePeriod[];
  /** Installs of a time when images were not noted with them. */
  untold: number;
}

/** What `imageHistory` reads. */
export const HISTORY_REASONS = ['CommitAccepted', 'ImagePut', 'ImagePruned', 'InstallSettled'] as const;

/** Takes events of all nodes and images, oldest first. */
export function imageHistory(image: string, events: readonly Event[]): ImageHistory {
  const commits = new Map<string, Commit>();
  const history: ImageHistory = { periods: [], untold: 0 };
  const current = new Map<string, ImagePeriod>();

  function begin(period: ImagePeriod): ImagePeriod {
    history.periods.push(period);
    current.set(placeOf(period), period);
    return period;
  }

  function end(place: string, until: number, ended: 'replaced' | 'removed'): void {
    const period = current.get(place);
    if (period) Object.assign(period, { until, ended });
    current.delete(place);
  }

  function put({ data, time, commit }: EventOf<'ImagePut'>): void {
    const { repository, tag, digest, from } = data;
    const place = placeOf(data);
    // Put back after somebody had moved it: the same goes on.
    if (current.get(place)?.digest === digest) return;
    end(place, time, 'replaced');
    const { id, author, subject } = commits.get(commit ?? '') ?? {
      author: '',
      subject: '',
      id: commit ?? '',
    };
    const about = { ended: null, from, commit: { id, author, subject }, installs: [] };
    begin({ repository, tag, digest, since: time, until: null, ...about });
  }

  function installed({ node, time, data }: EventOf<'InstallSettled'>): void {
    if (!data.images) history.untold += 1;
    for (const { image: of, repository, tag, digest } of data.images ?? []) {
      if (of !== image) continue;
      const found = current.get(placeOf({ repository, tag }));
      const unknown = { since: null, until: null, ended: null, from: '', commit: null };
      const period =
        found?.digest === digest
          ? found
          : (history.periods.findLast((one) => one.digest === digest && one.tag === tag) ??
            begin({ repository, tag, digest, ...unknown, installs: [] }));
      const { profile, generation, commit } = data.record;
      period.installs.push({ node: node ?? '', at: time, profile, generation, commit });
    }
  }

  for (const event of events) {
    if (event.reason === 'CommitAccepted') commits.set(event.data.commit.id, event.data.commit);
    else if (event.reason === 'InstallSettled') installed(event);
    else if (event.reason === 'ImagePut' && event.data.image === image) put(event);
    else if (event.reason === 'ImagePruned' && event.data.image === image)
      end(placeOf(event.data), event.time, 'removed');
  }
  return history;
}

type EventOf<R extends Event['reason']> = Extract<Event, { reason: R }> & EventPlace & { data: EventData[R] };

function placeOf({ repository, tag }: Pick<ImagePeriod, 'repository' | 'tag'>): string {
  return `${repository}:${tag}`;
}
