/** A plan as a comment on a pull request. Pure. */

import type { FileChange, Plan } from '../model/plan.ts';
import { sayNames } from './fold-names.ts';
import { formatFiles } from './format-files.ts';
import { dataLoss, type Group, groupActions, isHeld, releaseOf, sayTotals } from './group.ts';
import { commitsOf, sayObserved, sayPlaces, shortCommit } from './say-age.ts';
import { groupImages, releaseOfImages } from './say-images.ts';

export interface MarkdownOptions {
  /** Tells the age of the observation, ms since the epoch. */
  now: number;
  /** What stands for the observation where there was none. */
  basis?: string;
  /** How long it takes, as sayExpectation tells. */
  expectation?: string;
  /** What else is to be said above the digest; Markdown. */
  notes?: readonly string[];
  /** In rendered files; `left` nodes have further ones. */
  files?: { changes: readonly FileChange[]; left: number };
  /** In UTF-16 units: what does not fit is counted. Default: no limit but of rows. */
  most?: number;
}

/** Rows of each list, and pieces of a list of nodes: fewer where the whole would not fit. */
const ROWS: readonly (readonly [rows: number, pieces: number])[] = [
  [60, Number.POSITIVE_INFINITY],
  [20, 200],
  [5, 50],
  [1, 5],
];
const MOST_PIECES = 6;

/** Ends with a newline; a plan with nothing to do is one line. */
export function formatMarkdown(plan: Plan, options: MarkdownOptions): string {
  const { most = Number.POSITIVE_INFINITY, files } = options;
  let text = '';
  for (const [rows, pieces] of ROWS) {
    text = formatPlan(plan, options, rows, pieces);
    if (text.length <= most) break;
  }
  return files ? `${text}${formatFiles(files, most - text.length)}` : text;
}

function formatPlan(
  plan: Plan,
  { now, basis, expectation = '', notes = [] }: MarkdownOptions,
  rows: number,
  pieces: number,
): string {
  const observed = basis ?? sayObserved(plan, now);
  const id = shortCommit(plan.commit.id);
  const footer = `digest \`${plan.digest}\`, commit \`${id}\`, ${escapeText(observed)}`;
  if (plan.actions.length + plan.images.length === 0) {
    return `${['**Nothing to do**', ...notes].join('\n\n')} (${footer})\n`;
  }
  const groups = groupActions(plan.actions);
  const blocks = [
    `### ${sayTotals(plan)}`,
    ...lossBlocks(plan, pieces),
    ...tableOf(
      groups.filter((group) => !isHeld(group)),
      rows,
    ),
    ...heldBlock(groups.filter(isHeld), plan.digest, rows),
    ...imageBlock(plan, rows),
    ...(expectation === '' ? [] : [`**Takes** ${escapeText(expectation)}`]),
    ...notes,
    footer,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function lossBlocks(plan: Plan, pieces: number): string[] {
  const { certain, held } = dataLoss(plan);
  const blocks: string[] = [];
  if (certain.length > 0) {
    blocks.push(`> [!CAUTION]\n> **Loses all data:** ${escapeText(sayNames(certain, pieces))}`);
  }
  if (held.length > 0) {
    blocks.push(`> [!WARNING]\n> **Would lose all data if released:** ${escapeText(sayNames(held, pieces))}`);
  }
  return blocks;
}

function tableOf(groups: readonly Group[], most: number): string[] {
  if (groups.length === 0) return [];
  const rows = groups.slice(0, most).map((group) => {
    const waits = group.hold ? `<br>waits: ${escapeText(group.hold.why)}` : '';
    const change = `${escapeText(group.change)}${waits}`;
    return `| ${nodesOf(group)} | ${group.effect} | ${change} | ${causeOf(group)} |`;
  });
  const table = ['| Nodes | Effect | Change | Cause |', '|---|---|---|---|', ...rows].join('\n');
  const more = groups.length - most;
  return more > 0 ? [table, `… and ${more} more groups of changes`] : [table];
}

function heldBlock(groups: readonly Group[], digest: string, most: number): string[] {
  if (groups.length === 0) return [];
  const items = groups.slice(0, most).map((group) => {
    const release = releaseOf(group, digest);
    const how = release === '' ? '' : `<br>release: ${escapeText(release)}`;
    const why = escapeText(group.hold?.why ?? '');
    return `- ${nodesOf(group)}: ${escapeText(group.change)} (${causeOf(group)})<br>${why}${how}`;
  });
  const more = groups.length - most;
  if (more > 0) items.push(`- … and ${more} more`);
  return [`**Held**\n\n${items.join('\n')}`];
}

function imageBlock({ images, digest }: Plan, most: number): string[] {
  if (images.length === 0) return [];
  const groups = groupImages(images);
  const items = groups.slice(0, most).map(({ image, changes, more, cause, hold }) => {
    const rest = more > 0 ? `<br>… and ${more} more` : '';
    const held = hold
      ? `<br>held: ${escapeText(hold.why)}<br>release: ${escapeText(releaseOfImages(digest))}`
      : '';
    const said = changes.map(escapeText).join('<br>');
    return `- **${escapeText(image)}**: ${said}${rest} (${causeOf({ causes: [cause] })})${held}`;
  });
  if (groups.length > most) items.push(`- … and ${groups.length - most} more`);
  return [`**Images**\n\n${items.join('\n')}`];
}

function nodesOf({ nodes }: Group): string {
  const count = nodes.length > 1 ? ` (${nodes.length})` : '';
  return `**${escapeText(sayNames(nodes, MOST_PIECES))}**${count}`;
}

function causeOf({ causes }: Pick<Group, 'causes'>): string {
  const commits = commitsOf(causes).map(({ id, author }) => `\`${shortCommit(id)}\` ${escapeText(author)}`);
  const more = commits.length > 3 ? ` and ${commits.length - 3} more commits` : '';
  const who = `${commits.slice(0, 3).join(', ')}${more}`;
  return [escapeText(sayPlaces(causes)), who].filter((part) => part !== '').join(' ');
}

/**
 * Text of an inventory or an author's name, which must not become a mention, a link, markup, or another row. Entities,
 * since forges resolve mentions and references in spite of backslashes.
 */
export function escapeText(text: string): string {
  return text
    .replaceAll(/[\x00-\x1f\x7f]/g, ' ')
    .replaceAll(/[&<>|`*_~[\]\\@#]/g, (char) => `&#${char.codePointAt(0)};`);
}
