/** The rack as it was at a time, from ledger events alone. Pure. */

import type { Event, InstallRecord } from '../model/event.ts';
import type { NodeAt, RackAt } from '../model/ledger.ts';
import { builtWith } from './entries.ts';

/**
 * Takes ledger events oldest first; those after the time are left aside, so the answer for a time stays the same whatever
 * comes later, and when older events have been pruned. A report of a disk that this daemon did not install, on a node that
 * it knew already, is no ledger event and not seen here.
 */
export function rackAt(events: Iterable<Event>, at: number): RackAt {
  const nodes = new Map<string, NodeAt>();
  const tags = new Map<string, RackAt['images'][number]>();
  let inForce: RackAt['inForce'] = null;
  for (const event of events) {
    if (event.time > at) break;
    if (event.reason === 'CommitAccepted') inForce = { commit: event.data.commit, since: event.time };
    else if (event.reason === 'NodeReleased') nodes.delete(event.node ?? '');
    else if (event.node !== null) takeNode(nodes, event, event.node);
    else takeTag(tags, event);
  }
  const listed = [...nodes.values()].sort((a, b) => compare(a.node, b.node));
  const images = [...tags.values()].sort(
    (a, b) => compare(a.repository, b.repository) || compare(a.tag, b.tag),
  );
  return { at, inForce, rebuild: rebuiltBy(listed), nodes: listed, images };
}

function takeNode(nodes: Map<string, NodeAt>, event: Event, name: string): void {
  const node = nodes.get(name) ?? unknown(name);
  const change = changeOf(event);
  if (event.reason === 'NodeFound') nodes.set(name, { ...unknown(name), ...change });
  else if (change !== null) nodes.set(name, { ...node, ...change });
}

/** Null for an event that changes nothing of what a node carries, or is to carry. */
function changeOf(event: Event): Partial<NodeAt> | null {
  switch (event.reason) {
    case 'NodeFound':
    case 'BaselineMoved': {
      const { profile, generation } = event.data;
      return { declared: { profile, generation } };
    }
    case 'InstallWanted': {
      const { profile, generation } = event.data.target;
      return { declared: { profile, generation } };
    }
    case 'AnswersServed':
      return { state: 'installing', since: event.time, record: null, images: null, ...builtWith({}) };
    case 'InstallSettled': {
      const { record, images = null } = event.data;
      return { ...carries(record, event.time), images, ...builtWith(event.data) };
    }
    case 'NodeAdopted':
      return carries(event.data.record, event.time);
    case 'Configured':
      return builtWith(event.data);
    default:
      return null;
  }
}

function carries(record: InstallRecord, since: number): Partial<NodeAt> {
  return { state: 'carries', record, since };
}

function unknown(node: string): NodeAt {
  const nothing = { record: null, since: null, declared: null, images: null };
  return { node, state: 'unknown', ...nothing, ...builtWith({}) };
}

function takeTag(tags: Map<string, RackAt['images'][number]>, event: Event): void {
  if (event.reason === 'ImagePut') {
    const { image, repository, tag, digest } = event.data;
    const known = tags.get(`${repository}:${tag}`);
    const since = known?.digest === digest ? known.since : event.time;
    tags.set(`${repository}:${tag}`, { image, repository, tag, digest, since });
  } else if (event.reason === 'ImagePruned') {
    tags.delete(`${event.data.repository}:${event.data.tag}`);
  }
}

function rebuiltBy(nodes: readonly NodeAt[]): RackAt['rebuild'] {
  const byCommit = new Map<string, string[]>();
  for (const { node, record } of nodes) {
    if (record) byCommit.set(record.commit, [...(byCommit.get(record.commit) ?? []), node]);
  }
  return [...byCommit]
    .map(([commit, names]) => ({ commit, nodes: names }))
    .sort((a, b) => b.nodes.length - a.nodes.length || compare(a.commit, b.commit));
}

/** Code unit order: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
