/** How a rehearsal went, as text: what became of whom, folded, and how long it took. Pure. */

import { isFailure, type Outcome, type OutcomeKind } from '../daemon/rehearsal/outcome.ts';
import type { Site } from '../model/desired.ts';
import { sayNames } from '../plan/fold-names.ts';
import { sayTime } from '../plan/hold.ts';
import { type Paint, PLAIN } from '../plan/paint.ts';
import { sayDuration } from './times.ts';

const WORDS: Record<OutcomeKind, string> = {
  installed: 'installed',
  configured: 'configured in place',
  switched: 'switched',
  unchanged: 'as before',
  released: 'let go',
  held: 'held, as planned',
  halted: 'held, which was not planned',
  stuck: 'stuck',
  unfinished: 'not done',
};
const ORDER = Object.keys(WORDS) as OutcomeKind[];
const MOST_PIECES = 8;

export interface OutcomeGroup {
  kind: OutcomeKind;
  text: string;
  nodes: Outcome[];
}

/** Those with the same end together; a sentence that names its node speaks of `NODE`. */
export function groupOutcomes(outcomes: readonly Outcome[]): OutcomeGroup[] {
  const groups = new Map<string, OutcomeGroup>();
  for (const outcome of outcomes) {
    const { kind, node } = outcome;
    const text = outcome.text.replaceAll(/[\w-]+(?:\.[\w-]+)*/g, (word) => (word === node ? 'NODE' : word));
    const key = JSON.stringify([kind, text]);
    const group = groups.get(key) ?? { kind, text, nodes: [] };
    group.nodes.push(outcome);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

/** `11 installed, 1 stuck`. */
export function sayOutcomes(outcomes: readonly Outcome[]): string {
  return ORDER.flatMap((kind) => {
    const count = outcomes.filter((outcome) => outcome.kind === kind).length;
    return count === 0 ? [] : [`${count} ${WORDS[kind]}`];
  }).join(', ');
}

/** What a good end says nothing of. `at`, ms since the epoch: when it was there. */
export function sayLimits({ policy, timezone }: Site, at: number): string {
  const hour =
    policy.windows.length === 0
      ? []
      : [`Windows were those of ${sayTime(at, timezone)} all the while; for another hour: --at TIME.`];
  return [
    'Not played: DHCP, building and copying of images, registries, disk images, the check by SSH, Secure Boot,',
    'signatures of commits. Stacks always succeed there.',
    ...hour,
  ].join('\n');
}

/** Lines, each ended. */
export function outcomeLines(outcomes: readonly Outcome[], paint: Paint = PLAIN): string {
  return groupOutcomes(outcomes)
    .flatMap((group) => {
      const { kind, text, nodes } = group;
      const mark = isFailure(group) ? paint.danger : kind === 'held' ? paint.warning : paint.good;
      const names = sayNames(
        nodes.map(({ node }) => node),
        MOST_PIECES,
      );
      const count = nodes.length > 1 ? ` (${nodes.length})` : '';
      const what = kind === 'switched' ? `${WORDS[kind]} ${text}` : WORDS[kind];
      const lines = [`  ${mark(what)}  ${paint.strong(names)}${count}${sayTimes(nodes)}`];
      if (text !== '' && kind !== 'switched') lines.push(`      ${text}`);
      const again = kind === 'installed' ? nodes.filter(({ attempts }) => attempts > 1) : [];
      if (again.length > 0) lines.push(`      ${sayAttempts(again)}`);
      return lines;
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** `, each in 6m to 7m, the last after 21m`. */
function sayTimes(nodes: readonly Outcome[]): string {
  const took = nodes.flatMap(({ took }) => (took === null ? [] : [took]));
  const at = nodes.flatMap(({ at }) => (at === null ? [] : [at]));
  if (took.length === 0) return '';
  const [least, most] = [Math.min(...took), Math.max(...took)].map(sayMinutes);
  const each = nodes.length > 1 ? 'each in ' : 'in ';
  const range = least === most ? `${most}` : `${least} to ${most}`;
  return `, ${each}${range}${nodes.length > 1 ? `, the last after ${sayMinutes(Math.max(...at))}` : ''}`;
}

function sayAttempts(nodes: readonly Outcome[]): string {
  const most = Math.max(...nodes.map(({ attempts }) => attempts));
  const names = sayNames(
    nodes.map(({ node }) => node),
    MOST_PIECES,
  );
  return `${names} needed up to ${most} attempts`;
}

/** The rack is not exact to the second, and need not be. */
export function sayMinutes(ms: number): string {
  return ms < 60_000 ? sayDuration(ms) : sayDuration(Math.round(ms / 60_000) * 60_000);
}
