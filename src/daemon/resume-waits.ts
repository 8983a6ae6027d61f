/** Deadlines do not run while nobody looks: the evidence may have come, and been refused a listener, in the meantime. */

import type { NewEvent } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import type { NodeState } from '../model/node-state.ts';
import { isBusy } from '../model/phase.ts';

/**
 * To be called once, after the journal is open and before anything acts. A node in the middle of an install gets the
 * time back that the daemon was away, but never more than its phase has in all.
 */
export async function resumeWaits(journal: Journal, clock: () => number): Promise<void> {
  const [newest] = journal.read({ limit: 1 });
  if (!newest) return;
  const now = clock();
  const events = [...journal.states().values()].flatMap((state) => resumed(state, newest.time, now));
  if (events.length > 0) await journal.append(events);
}

function resumed(state: NodeState, seenAt: number, now: number): NewEvent[] {
  const { deadline, phaseSince, waitingFor } = state;
  if (deadline === null || !isBusy(state.phase)) return [];
  const until = Math.min(deadline + Math.max(now - seenAt, 0), now + (deadline - phaseSince));
  if (until <= deadline) return [];
  const away = Math.round((now - seenAt) / 1000);
  return [
    {
      node: state.name,
      commit: state.attempt?.target.commit ?? null,
      actor: 'daemon',
      reason: 'Waiting',
      message: `the daemon was away for ${away} s, which are not counted; still waits for ${waitingFor}`,
      data: { waitingFor, until },
    },
  ];
}
