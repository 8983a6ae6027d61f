/** What is said on a pull request: its comment and its status. Pure. */

import type { Site } from '../../model/desired.ts';
import type { Problem } from '../../model/problem.ts';
import { type InstallTimes, sayExpectation } from '../../plan/expect.ts';
import { sayNames } from '../../plan/fold-names.ts';
import { escapeText, formatMarkdown } from '../../plan/format-markdown.ts';
import { sayTotals } from '../../plan/group.ts';
import { sayMinute, shortCommit } from '../../plan/say-age.ts';
import type { CommitStatus, ForgeLimits } from '../../review/forge.ts';
import { APPROVE } from '../trailers.ts';
import { fileChanges } from './file-changes.ts';
import type { Planned, Proposal } from './proposal.ts';

export interface Said {
  body: string;
  status: Pick<CommitStatus, 'state' | 'description'>;
  /** Something is to be read: not every pull request needs a comment. */
  matters: boolean;
}

export interface Surroundings {
  /** In force. */
  previous: Site;
  branch: string;
  times: ReadonlyMap<string, InstallTimes>;
  limits: ForgeLimits;
  /** Other pull requests that change the same nodes. */
  others: readonly { number: number; nodes: readonly string[] }[];
  /** Before the number of a pull request. */
  sign: '#' | '!';
  now: number;
  /** What stands for the observation where there was none. */
  basis?: string;
}

/** Kept free for what is told after the merge, UTF-16 units. */
const ROOM = 2000;
/** Lines of a list that is not a plan's. */
const MOST_LINES = 30;

export function sayProposal(
  { base, verdict, pullRequest }: Pick<Proposal, 'base' | 'verdict'> & { pullRequest: { head: string } },
  around: Surroundings,
): Said {
  const { branch, previous } = around;
  const behind =
    base === previous.commit.id
      ? []
      : [
          `The branch \`${escapeText(branch)}\` is at \`${shortCommit(base)}\`; in force is \`${shortCommit(previous.commit.id)}\`, and the plan begins there.`,
        ];
  switch (verdict.kind) {
    case 'conflict': {
      const what = `cannot be merged into ${branch}: conflicts in ${verdict.files.length} file${verdict.files.length === 1 ? '' : 's'}`;
      const files = shortened(verdict.files.map((file) => `- ${escapeText(file)}`));
      return failed(
        `### No plan: \`${shortCommit(pullRequest.head)}\` ${escapeText(what)}\n\n${files}\n`,
        what,
      );
    }
    case 'invalid': {
      const errors = verdict.problems.filter(({ severity }) => severity === 'error');
      const count = `${errors.length} problem${errors.length === 1 ? '' : 's'}`;
      const text = `### No plan: the merge result has ${count}\n\nNothing of it would come into force.\n\n`;
      return failed(`${text}${shortened(errors.map(sayProblem))}\n`, `not valid: ${count}`);
    }
    case 'planned':
      return sayPlanned(verdict, around, behind);
  }
}

function failed(body: string, description: string): Said {
  return { body, matters: true, status: { state: 'failure', description } };
}

function sayProblem({ file, line, column, message, hint }: Problem): string {
  const advice = hint ? `<br>${escapeText(hint)}` : '';
  return `- ${escapeText(`${file}:${line}:${column}`)}: ${escapeText(message)}${advice}`;
}

function shortened(lines: readonly string[]): string {
  const more = lines.length - MOST_LINES;
  return [...lines.slice(0, MOST_LINES), ...(more > 0 ? [`- … and ${more} more`] : [])].join('\n');
}

function sayPlanned({ plan, site, pending }: Planned, around: Surroundings, behind: string[]): Said {
  const { previous, times, limits, others, sign, now } = around;
  const own = { ...plan, actions: plan.actions.filter((action) => !pending.includes(action)) };
  const totals = sayTotals(own);
  const already = sayTotals({ actions: pending, images: [] });
  const isHeld = own.actions.some(({ hold }) => hold?.needsApproval) || own.images.some(({ hold }) => hold);
  const notes = [
    ...(isHeld && previous.verify
      ? [
          `To release what is held with the merge itself, end the message of a commit that an approver signs with \`${APPROVE}: ${plan.digest}\`.`,
        ]
      : []),
    ...(already === '' ? [] : [`Pending without this change: ${escapeText(already)}`]),
    ...others.map(
      ({ number, nodes }) => `Also changed by ${sign}${number}: ${escapeText(sayNames(nodes, 6))}`,
    ),
    ...behind,
  ];
  const files = fileChanges(previous, site);
  const body = formatMarkdown(own, {
    now,
    basis: around.basis ?? sayWhen(plan.observedSince),
    expectation: sayExpectation(own, site, times),
    notes,
    files,
    most: limits.comment - ROOM,
  });
  return {
    body,
    matters: totals !== '' || files.changes.length > 0,
    status: { state: 'success', description: totals || 'nothing changes for machines' },
  };
}

/** Not an age: that would be another one with each look. */
function sayWhen(observedSince: number | null): string {
  if (observedSince === null) return 'nothing observed';
  return `observed ${sayMinute(observedSince)} UTC`;
}
