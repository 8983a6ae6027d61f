/** Says on each pull request what is to be said of it, and only where that is something new. */

import { dataLoss } from '../../plan/group.ts';
import type { Forge } from '../../review/forge.ts';
import { type Said, type Surroundings, sayProposal } from './comment.ts';
import type { Proposal } from './proposal.ts';
import type { Shown } from './shown.ts';

export interface Teller {
  /** Rejects with ForgeError. `all`: every pull request that is open. */
  tell(
    forge: Forge,
    proposal: Proposal,
    all: readonly Proposal[],
    around: Pick<Surroundings, 'previous' | 'branch' | 'times'>,
  ): Promise<void>;
  /** Keeps in mind only what it said of those. */
  forget(but: (number: number) => boolean): void;
}

interface Told {
  head: string;
  body: string;
  status: string;
  at: number;
}

/** An unchanged comment is told anew when its observation is older than this, ms. */
export const REFRESH = 3_600_000;

export function createTeller({ shown, clock }: { shown: Pick<Shown, 'note'>; clock(): number }): Teller {
  const told = new Map<number, Told>();

  async function tell(
    forge: Forge,
    proposal: Proposal,
    all: readonly Proposal[],
    around: Pick<Surroundings, 'previous' | 'branch' | 'times'>,
  ): Promise<void> {
    const { number, head } = proposal.pullRequest;
    const said = sayProposal(proposal, {
      ...{ ...around, limits: forge.limits, others: othersOf(proposal, all), now: clock() },
      sign: forge.kind === 'gitlab' ? '!' : '#',
    });
    const before = told.get(number);
    const status = JSON.stringify(said.status);
    const isFresh = before !== undefined && clock() - before.at < REFRESH;
    const isSame = isFresh && withoutTime(before.body) === withoutTime(said.body);
    if (!isSame && (await hasRoomFor(said, forge, number))) await forge.putComment(number, said.body);
    // From here on people may have seen it, whatever becomes of the status.
    await note(proposal, said);
    if (before?.status !== status || before.head !== head) {
      await forge.putStatus(head, { ...said.status, url: null });
    }
    told.set(number, isSame ? { ...before, head, status } : { head, body: said.body, status, at: clock() });
  }

  /** Where nothing is to be told, nothing is begun; what was begun is brought up to date. */
  async function hasRoomFor({ matters }: Said, forge: Forge, number: number): Promise<boolean> {
    return matters || (await forge.findComment(number)) !== null;
  }

  async function note({ pullRequest, verdict }: Proposal, { status }: Said): Promise<void> {
    if (verdict.kind !== 'planned') return;
    const { number, url, ref, head } = pullRequest;
    const { tree, plan } = verdict;
    const { certain, held } = dataLoss(plan);
    const destroys = [...certain, ...held];
    const of = { pullRequest: number, url, ref, head, tree, digest: plan.digest, destroys };
    await shown.note(of, status.description);
  }

  return {
    tell,
    forget(but) {
      for (const number of told.keys()) if (!but(number)) told.delete(number);
    },
  };
}

function othersOf({ pullRequest, verdict }: Proposal, all: readonly Proposal[]) {
  const mine = new Set(changedNodes(verdict));
  return all.flatMap((other) => {
    if (other.pullRequest.number === pullRequest.number) return [];
    const nodes = changedNodes(other.verdict).filter((node) => mine.has(node));
    return nodes.length > 0 ? [{ number: other.pullRequest.number, nodes }] : [];
  });
}

function changedNodes(verdict: Proposal['verdict']): string[] {
  if (verdict.kind !== 'planned') return [];
  const { plan, pending } = verdict;
  return [...new Set(plan.actions.filter((action) => !pending.includes(action)).map(({ node }) => node))];
}

/** When machines were looked at changes with each look. */
function withoutTime(body: string): string {
  return body.replace(/observed \d{4}-\d\d-\d\d \d\d:\d\d UTC/, '');
}
