/** Where a node stood at a time: the journal's fold, stopped there. Pure. */

import type { Event, Reason } from '../model/event.ts';
import { fold } from '../model/fold.ts';
import type { NodeState } from '../model/node-state.ts';
import type { Explanation } from '../model/timeline.ts';
import { foldLines } from './fold-lines.ts';

/** What was seen of a machine, by whatever way. */
const EVIDENCE: ReadonlySet<Reason> = new Set<Reason>([
  ...(['PowerObserved', 'BmcReachable', 'BmcUnreachable', 'DhcpSeen', 'BootScriptServed'] as const),
  ...([
    'AnswersServed',
    'InstallProgress',
    'InstallCompleted',
    'InstallFailed',
    'SshChecked',
    'Reported',
  ] as const),
]);

const LINES = 5;
/** Folded to the lines before. */
const RECENT = 200;

export interface Explainer {
  /** Events of the node, oldest first, page by page; later ones than the time are left aside. */
  take(events: readonly Event[]): void;
  explain(known: Known): Explanation;
}

/** What the node's own events do not tell. */
interface Known {
  /** The last one by then. */
  accepted: Event | undefined;
  /** Of the node, after the time. */
  next: readonly Event[];
  removedBefore: number | null;
}

export function explainer(node: string, at: number): Explainer {
  const states = new Map<string, NodeState>();
  let recent: Event[] = [];
  let evidence: Event | null = null;
  return {
    take(events) {
      const by = events.filter((event) => event.time <= at);
      for (const event of by) {
        fold(states, event);
        if (event.reason === 'NodeFound') evidence = null;
        if (EVIDENCE.has(event.reason)) evidence = event;
      }
      recent = [...recent, ...by].slice(-RECENT);
    },
    explain({ accepted, next, removedBefore }) {
      const state = states.get(node) ?? null;
      const { attempt = null } = state ?? {};
      return {
        ...{ node, at, state, evidence, removedBefore },
        inForce: accepted ? inForceOf(accepted) : null,
        attempt: attempt && { n: attempt.n, installId: attempt.installId, startedAt: attempt.startedAt },
        before: foldLines(recent).slice(-LINES),
        after: foldLines(next).slice(0, LINES),
      };
    },
  };
}

function inForceOf(event: Event): Explanation['inForce'] {
  if (event.reason !== 'CommitAccepted') return null;
  const { commit, pullRequests = [] } = event.data;
  return { commit, since: event.time, pullRequests };
}
