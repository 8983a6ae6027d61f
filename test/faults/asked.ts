/** Which reinstalls were asked for, told from the commits and approvals alone. */

import type { Event, InstallTarget } from '../../src/model/event.ts';
import { type Evidence, eventsOf } from './evidence.ts';
import { profileOf } from './wish.ts';

/** One reinstall that was asked for. Times are numbers of events; it holds after `from` and before `until`. */
export interface Asking {
  node: string;
  profile: string;
  generation: number;
  from: number;
  /** Where Git took it back or let go of the node. */
  until: number;
  /** Reinstalls that the same step asked for, of disks that did not carry it already. */
  together: number;
  /** Those that the product may have counted, which does not know every disk. */
  atMost: number;
}

const NEVER = Number.POSITIVE_INFINITY;

type Known = Pick<Evidence, 'acceptances' | 'releases' | 'events'>;

/** Oldest first. The first commit asks for nothing: its nodes are found as they are. */
export function askings(known: Known): Asking[] {
  const asked = [...byCommit(known), ...byRelease(known)].sort((a, b) => a.from - b.from);
  return asked.map((asking) => ({ ...asking, until: endOf(asking, known) }));
}

function byCommit({ acceptances, events }: Known): Asking[] {
  return acceptances.flatMap(({ id, wish, carried }, index) => {
    const before = acceptances[index - 1]?.wish;
    if (!before) return [];
    const asked: Asking[] = [];
    const mended: Asking[] = [];
    for (const [name, node] of wish.nodes) {
      const old = before.nodes.get(name);
      if (!old) continue;
      const profile = profileOf(wish, node);
      const { generation } = node;
      const asking = { node: name, profile, generation, from: id, until: NEVER, together: 1, atMost: 1 };
      if (profile !== profileOf(before, old) || generation > old.generation) asked.push(asking);
      // A lower generation asks for nothing; but a disk that is lost already may be written with what Git says now.
      else if (generation < old.generation && halfWritten(name, id, events)) {
        mended.push({ ...asking, atMost: NEVER });
      }
    }
    const together = asked.filter(({ node, profile, generation }) => {
      const disk = carried.get(node);
      return disk?.profile !== profile || disk.generation !== generation;
    }).length;
    return [...asked.map((asking) => ({ ...asking, together, atMost: asked.length })), ...mended];
  });
}

/** A person may release a node that nobody knew: that asks for a first install of what is wanted then. */
function byRelease({ acceptances, releases }: Known): Asking[] {
  return releases.flatMap(({ id, nodes }) => {
    const wish = acceptances.findLast((acceptance) => acceptance.id < id)?.wish;
    return nodes.flatMap((name) => {
      const node = wish?.nodes.get(name);
      if (!wish || !node) return [];
      const what = { profile: profileOf(wish, node), generation: node.generation };
      return [{ node: name, ...what, from: id, until: NEVER, together: 1, atMost: 1 }];
    });
  });
}

/** The next commit that says something else of the node; but a disk that is half written for it is written to its end. */
function endOf(asking: Asking, { acceptances, events }: Known): number {
  for (const { id, wish } of acceptances) {
    if (id <= asking.from) continue;
    const node = wish.nodes.get(asking.node);
    if (!node) return id;
    const same = profileOf(wish, node) === asking.profile && node.generation === asking.generation;
    const begun = halfWritten(asking.node, id, events);
    const ours = begun?.profile === asking.profile && begun.generation === asking.generation;
    if (!same && !ours) return id;
  }
  return NEVER;
}

/** What an installer was told to write before that event, when no system has reported since; null otherwise. */
function halfWritten(node: string, at: number, events: readonly Event[]): InstallTarget | null {
  const before = events.filter((event) => event.node === node && event.id < at);
  const last = before.findLast(
    (event) =>
      event.reason === 'AnswersServed' || (event.reason === 'Reported' && event.data.record !== null),
  );
  if (last?.reason !== 'AnswersServed') return null;
  const { installId } = last.data;
  const attempt = eventsOf(before, 'AttemptStarted').find(({ data }) => data.installId === installId);
  return attempt?.data.target ?? null;
}
