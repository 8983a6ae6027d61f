/** Changes of rendered files, folded away below a plan. Pure. */

import type { FileChange } from '../model/plan.ts';
import { sayNames } from './fold-names.ts';

const MOST_LINES = 120;
const MOST_PIECES = 6;

/** Markdown of at most `most` UTF-16 units; empty where nothing changes, or not even a count would fit. */
export function formatFiles(
  { changes, left }: { changes: readonly FileChange[]; left: number },
  most: number,
): string {
  if (changes.length === 0) return '';
  const nodes = new Set(changes.flatMap((change) => change.nodes)).size + left;
  const head = `\n<details><summary>Changes in rendered files${sayCount(nodes)}</summary>\n\n`;
  const end = '</details>\n';
  const unrendered = left > 0 ? `${left} more nodes were not rendered.\n\n` : '';
  const blocks: string[] = [];
  let room = most - head.length - end.length - unrendered.length - 100;
  for (const change of changes) {
    const block = blockOf(change);
    if (block.length > room) continue;
    blocks.push(block);
    room -= block.length;
  }
  if (room < 0) return '';
  const more = changes.length - blocks.length;
  const counted = more > 0 ? `${more} more change${more === 1 ? ' does' : 's do'} not fit here.\n\n` : '';
  return `${head}${blocks.join('')}${counted}${unrendered}${end}`;
}

/** What an installer is served has no effect before it is. */
function sayCount(nodes: number): string {
  if (nodes === 0) return '';
  const reach = 'those of an installer reach a machine with its next install';
  return ` of ${nodes} node${nodes === 1 ? '' : 's'}; ${reach}`;
}

function blockOf({ file, nodes, diff }: FileChange): string {
  const whose = nodes.length === 0 ? '' : ` of ${sayNames(nodes, MOST_PIECES)}`;
  const like = nodes.length > 1 ? ` (shown for ${nodes[0]})` : '';
  const lines = diff.trimEnd().split('\n').slice(2);
  const more = lines.length - MOST_LINES;
  const shown = [...lines.slice(0, MOST_LINES), ...(more > 0 ? [`… ${more} more lines`] : [])].join('\n');
  const fence = fenceFor(shown);
  return `**${file}**${whose}${like}\n\n${fence}diff\n${shown}\n${fence}\n\n`;
}

/** Longer than any run of backticks in the text (CommonMark §4.5). */
function fenceFor(text: string): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  return '`'.repeat(Math.max(3, longest + 1));
}
