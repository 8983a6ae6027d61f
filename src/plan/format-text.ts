/** A plan as text for a terminal or a log: totals, what loses data, groups with their causes, what is held. Pure. */

import type { Plan } from '../model/plan.ts';
import { sayNames } from './fold-names.ts';
import { dataLoss, type Group, groupActions, isHeld, releaseOf, sayTotals } from './group.ts';
import { type Paint, PLAIN } from './paint.ts';
import { commitsOf, sayObserved, sayPlaces, shortCommit } from './say-age.ts';
import { groupImages, releaseOfImages } from './say-images.ts';

export interface TextOptions {
  /** Tells the age of the observation, ms since the epoch. */
  now: number;
  paint?: Paint;
  /** What stands for the observation where there was none: `every node assumed settled at 1a2b3c4d5e`. */
  basis?: string;
}

/** Pieces of a node list in a group; what loses data is always named in full. */
const MOST_PIECES = 6;
/** Commits named in one group. */
const MOST_COMMITS = 3;

const SECTIONS: readonly [effect: Group['effect'], title: string][] = [
  ['DESTROYS DISK', 'Reinstall (destroys the disk)'],
  ['power', 'Power'],
  ['in-place', 'Configure in place (keeps the disk)'],
  ['files', 'Files only'],
  ['none', 'Nothing is done to these'],
];

/** Ends with a newline; a plan with nothing to do is one line. */
export function formatText(plan: Plan, { now, paint = PLAIN, basis }: TextOptions): string {
  const observed = basis ?? sayObserved(plan, now);
  const id = shortCommit(plan.commit.id);
  if (plan.actions.length + plan.images.length === 0) {
    const nothing = `${paint.good('Nothing to do')} at commit ${id} (digest ${plan.digest}, ${observed})`;
    return `${[nothing, ...refusalLines(plan, paint)].join('\n')}\n`;
  }
  const groups = groupActions(plan.actions);
  const lines = [paint.strong(sayTotals(plan)), ...lossLines(plan, paint)];
  for (const [effect, title] of SECTIONS) {
    const going = groups.filter((group) => group.effect === effect && !isHeld(group));
    if (going.length === 0) continue;
    lines.push('', effect === 'DESTROYS DISK' ? paint.danger(title) : paint.strong(title));
    for (const group of going) lines.push(...groupLines(group, plan.digest, paint));
  }
  const held = groups.filter(isHeld);
  if (held.length > 0) {
    lines.push('', paint.warning('Held'));
    for (const group of held) lines.push(...groupLines(group, plan.digest, paint));
  }
  lines.push(...imageLines(plan, paint));
  const { author, subject } = plan.commit;
  lines.push('', `digest ${paint.strong(plan.digest)}  commit ${id} by ${author}: ${subject}  (${observed})`);
  lines.push(...refusalLines(plan, paint));
  return `${lines.join('\n')}\n`;
}

function refusalLines({ unverified }: Plan, paint: Paint): string[] {
  return unverified === undefined ? [] : [paint.danger(`As it is, it would be refused: ${unverified}`)];
}

function lossLines(plan: Plan, paint: Paint): string[] {
  const { certain, held } = dataLoss(plan);
  const lines: string[] = [];
  if (certain.length > 0) lines.push(paint.danger(`Loses all data: ${sayNames(certain)}`));
  if (held.length > 0) lines.push(paint.warning(`Would lose all data if released: ${sayNames(held)}`));
  return lines;
}

function groupLines(group: Group, digest: string, paint: Paint): string[] {
  const { nodes, change, causes, hold } = group;
  const count = nodes.length > 1 ? ` (${nodes.length})` : '';
  const lines = [`  ${paint.strong(sayNames(nodes, MOST_PIECES))}${count}  ${change}`];
  const cause = causeOf(causes);
  if (cause !== '') lines.push(`      ${paint.faint(cause)}`);
  if (hold) lines.push(`      ${isHeld(group) ? 'held' : 'waits'}: ${hold.why}`);
  const release = isHeld(group) ? releaseOf(group, digest) : '';
  if (release !== '') lines.push(`      release: ${release}`);
  return lines;
}

function imageLines({ images, digest }: Plan, paint: Paint): string[] {
  if (images.length === 0) return [];
  const lines = ['', paint.strong('Images')];
  for (const { image, changes, more, cause, hold } of groupImages(images)) {
    lines.push(
      `  ${paint.strong(image)}  ${changes[0]}`,
      ...changes.slice(1).map((change) => `      ${change}`),
    );
    if (more > 0) lines.push(`      … and ${more} more`);
    const from = causeOf([cause]);
    if (from !== '') lines.push(`      ${paint.faint(from)}`);
    if (hold) lines.push(`      held: ${hold.why}`, `      release: ${releaseOfImages(digest)}`);
  }
  return lines;
}

/** `inventory/pools.yaml:12  1a2b3c4d5e  Thandi`. */
export function causeOf(causes: Group['causes']): string {
  const commits = commitsOf(causes).map(({ id, author }) => `${shortCommit(id)}  ${author}`);
  const shown = commits.slice(0, MOST_COMMITS).join(', ');
  const more = commits.length > MOST_COMMITS ? ` and ${commits.length - MOST_COMMITS} more commits` : '';
  return [sayPlaces(causes), `${shown}${more}`].filter((part) => part !== '').join('  ');
}
