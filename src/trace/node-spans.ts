/** From the journal's events to spans: an attempt at a node, its phases, and the commands to its BMC. Pure, but for its memory. */

import type { Event } from '../model/event.ts';
import type { NodeState } from '../model/node-state.ts';
import { isBusy, type Phase } from '../model/phase.ts';
import { rootIdOf, type Span, spanIdOf, traceIdOf } from './span.ts';

interface Attempt {
  installId: string;
  n: number;
  commit: string;
  profile: string;
  begun: number;
}

interface Known {
  attempt: Attempt | null;
  phase: { name: Phase; begun: number } | null;
  command: { op: string; begun: number; id: number } | null;
}

export interface NodeSpans {
  /** The spans that end with the event. */
  take(event: Event): Span[];
}

/** `states`: what is under way already. Remembers no more than one attempt for each node. */
export function createNodeSpans(
  states: Iterable<NodeState>,
  poolOf: (node: string) => string | null,
): NodeSpans {
  const nodes = new Map<string, Known>();
  for (const { name, attempt, phase, phaseSince } of states) {
    if (!attempt || !isBusy(phase)) continue;
    const { installId, n, target, startedAt } = attempt;
    const known = { installId, n, commit: target.commit, profile: target.profile, begun: startedAt };
    nodes.set(name, { attempt: known, phase: { name: phase, begun: phaseSince }, command: null });
  }

  function take(event: Event): Span[] {
    const { node, time } = event;
    if (node === null) return [];
    const known = nodes.get(node) ?? { attempt: null, phase: null, command: null };
    switch (event.reason) {
      case 'AttemptStarted': {
        const { installId, attempt: n, target } = event.data;
        const attempt = { installId, n, commit: target.commit, profile: target.profile, begun: time };
        nodes.set(node, { ...known, attempt, phase: known.phase && { ...known.phase, begun: time } });
        return [];
      }
      case 'PhaseEntered': {
        const { phase } = event.data;
        const ended = phaseSpans(node, known, time, null);
        nodes.set(node, { ...known, phase: isBusy(phase) ? { name: phase, begun: time } : null });
        return ended;
      }
      case 'PowerIntent':
        nodes.set(node, { ...known, command: { op: event.data.op, begun: time, id: event.id } });
        return [];
      case 'PowerResult': {
        nodes.set(node, { ...known, command: null });
        const error = event.data.outcome === 'failed' ? event.message : null;
        return commandSpans(node, known, event.commit, time, error);
      }
      case 'InstallSettled':
      case 'AttemptFailed':
      case 'InstallUnwanted':
      case 'NodeReleased': {
        nodes.delete(node);
        const error = event.reason === 'InstallSettled' ? null : event.message;
        return [...phaseSpans(node, known, time, error), ...attemptSpans(node, known, time, error)];
      }
      default:
        return [];
    }
  }

  function attributesOf(node: string, commit: string): Span['attributes'] {
    const pool = poolOf(node);
    return {
      'barewright.node': node,
      'barewright.commit': commit,
      ...(pool ? { 'barewright.pool': pool } : {}),
    };
  }

  function attemptSpans(node: string, { attempt }: Known, ended: number, error: string | null): Span[] {
    if (!attempt) return [];
    const { installId, n, commit, profile, begun } = attempt;
    return [
      {
        ...{ traceId: traceIdOf(commit), spanId: spanIdOf('attempt', installId), parentId: rootIdOf(commit) },
        ...{ name: 'install', begun, ended, error },
        attributes: {
          ...attributesOf(node, commit),
          ...{ 'barewright.profile': profile, 'barewright.attempt': n, 'barewright.install_id': installId },
        },
      },
    ];
  }

  function phaseSpans(node: string, { attempt, phase }: Known, ended: number, error: string | null): Span[] {
    if (!attempt || !phase) return [];
    const { installId, commit } = attempt;
    return [
      {
        traceId: traceIdOf(commit),
        spanId: spanIdOf('phase', installId, phase.name, phase.begun),
        parentId: spanIdOf('attempt', installId),
        ...{ name: phase.name, begun: phase.begun, ended, error },
        attributes: attributesOf(node, commit),
      },
    ];
  }

  /** Within the phase where there is an attempt, else by itself: power that was corrected. */
  function commandSpans(
    node: string,
    { attempt, phase, command }: Known,
    given: string | null,
    ended: number,
    error: string | null,
  ): Span[] {
    const commit = attempt?.commit ?? given;
    if (!command || commit === null) return [];
    const within = attempt && phase && spanIdOf('phase', attempt.installId, phase.name, phase.begun);
    return [
      {
        ...{ traceId: traceIdOf(commit), spanId: spanIdOf('command', node, command.id) },
        ...{ parentId: within ?? rootIdOf(commit), name: `bmc ${command.op}` },
        ...{ begun: command.begun, ended, error, attributes: attributesOf(node, commit) },
      },
    ];
  }

  return { take };
}
