/** After the merge: what became of a pull request is told on its commit, and above its plan. */

import type { Event } from '../../model/event.ts';
import type { Journal } from '../../model/journal.ts';
import type { NodeState } from '../../model/node-state.ts';
import { sayNames } from '../../plan/fold-names.ts';
import { escapeText } from '../../plan/format-markdown.ts';
import { sayAge, sayMinute, shortCommit } from '../../plan/say-age.ts';
import { type ForgeError, isOfOne } from '../../review/errors.ts';
import type { CommitStatus, Forge } from '../../review/forge.ts';

export interface Aftermath {
  /** Tells what is new, and returns what kept one or another from being told. Rejects with ForgeError where nothing can be. */
  look(forge: Forge): Promise<ForgeError[]>;
  close(): void;
}

interface Merged {
  commit: string;
  at: number;
  pullRequests: readonly number[];
  /** What differs from what was shown; null for nothing. */
  difference: string | null;
  /** Last told. */
  said: string;
}

interface Ports {
  journal: Pick<Journal, 'read' | 'subscribe' | 'states'>;
  clock(): number;
}

/** Merges that are looked for in the journal after a start. */
const REMEMBERED = 50;
/** Begins and ends what stands above the plan. */
const BLOCK = /^> \*\*In force\*\*.*(?:\n>.*)*\n\n/;

export function createAftermath({ journal, clock }: Ports): Aftermath {
  const merges = new Map<string, Merged>();
  journal.read({ reasons: ['CommitAccepted', 'PlanDiffers'], limit: REMEMBERED }).forEach(remember);
  const unsubscribe = journal.subscribe((events) => events.forEach(remember));

  function remember(event: Event): void {
    if (event.reason === 'PlanDiffers') {
      const merged = merges.get(event.commit ?? '');
      if (merged) merged.difference = event.message;
    }
    if (event.reason !== 'CommitAccepted' || !event.data.pullRequests) return;
    const { commit, pullRequests } = event.data;
    merges.set(commit.id, { commit: commit.id, at: event.time, pullRequests, difference: null, said: '' });
  }

  async function look(forge: Forge): Promise<ForgeError[]> {
    const troubles: ForgeError[] = [];
    for (const merged of [...merges.values()]) {
      await tellMerged(forge, merged).catch((error: unknown) => {
        if (!isOfOne(error)) throw error;
        // A commit that the forge does not know (any more) is nobody's trouble: there is nowhere to tell it.
        if (error.code === 'not-found') merges.delete(merged.commit);
        else troubles.push(error);
      });
    }
    return troubles;
  }

  async function tellMerged(forge: Forge, merged: Merged): Promise<void> {
    const course = courseOf(merged.commit, journal.states().values());
    const status = statusOf(course, clock() - merged.at);
    const said = JSON.stringify([status.state, course]);
    if (said !== merged.said) {
      await forge.putStatus(merged.commit, status);
      for (const number of merged.pullRequests) await tell(forge, number, merged, status);
      merged.said = said;
    }
    if (status.state === 'success') merges.delete(merged.commit);
  }

  return { look, close: unsubscribe };
}

async function tell(forge: Forge, number: number, merged: Merged, status: CommitStatus): Promise<void> {
  const comment = await forge.findComment(number);
  if (!comment) return;
  const { commit, at, difference } = merged;
  const lines = [
    `> **In force** since ${sayMinute(at)} UTC as \`${shortCommit(commit)}\`, ${difference ? 'with a difference' : 'as shown'}. ${escapeText(status.description)}`,
    ...(difference ? [`> ${escapeText(difference)}`] : []),
  ];
  await forge.putComment(number, `${lines.join('\n')}\n\n${comment.body.replace(BLOCK, '')}`);
}

/** Nodes that a commit asked to install: how far they are. */
interface Course {
  settled: string[];
  waiting: string[];
  stuck: string[];
}

function courseOf(commit: string, states: Iterable<NodeState>): Course {
  const course: Course = { settled: [], waiting: [], stuck: [] };
  for (const { name, want, record, phase } of states) {
    if (want?.commit === commit) course[phase === 'stuck' ? 'stuck' : 'waiting'].push(name);
    else if (record?.commit === commit) course.settled.push(name);
  }
  return course;
}

function statusOf({ settled, waiting, stuck }: Course, age: number): CommitStatus {
  const all = settled.length + waiting.length + stuck.length;
  if (all === 0) return { state: 'success', description: 'in force', url: null };
  const count = `${settled.length} of ${all} reinstall${all === 1 ? '' : 's'} settled`;
  if (waiting.length + stuck.length === 0) {
    return { state: 'success', description: `in force: ${count} after ${sayAge(age)}`, url: null };
  }
  const trouble = stuck.length > 0 ? `, stuck: ${sayNames(stuck, 3)}` : '';
  const state = waiting.length === 0 ? 'failure' : 'pending';
  return { state, description: `in force: ${count}${trouble}`, url: null };
}
