/** A comparison of two sites as text: what it costs first, nodes with the same change folded. Pure. */

import { EFFECTS, type Effect } from '../model/plan.ts';
import type { SiteChange } from '../model/site-change.ts';
import { sayNames } from './fold-names.ts';
import { causeOf } from './format-text.ts';
import { type Paint, PLAIN } from './paint.ts';
import { shortCommit } from './say-age.ts';

export interface ChangeGroup extends Pick<SiteChange, 'about' | 'kind' | 'effect' | 'change'> {
  names: string[];
  causes: SiteChange['cause'][];
}

/** Those of the same thing with the same change together, the most costly first. */
export function groupChanges(changes: readonly SiteChange[]): ChangeGroup[] {
  const groups = new Map<string, ChangeGroup>();
  for (const { about, name, kind, effect, change, cause } of changes) {
    const key = JSON.stringify([about, kind, effect, change]);
    const group = groups.get(key) ?? { about, kind, effect, change, names: [], causes: [] };
    group.names.push(name);
    group.causes.push(cause);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => EFFECTS.indexOf(b.effect) - EFFECTS.indexOf(a.effect));
}

const TITLES: Record<Effect, string> = {
  'DESTROYS DISK': 'Reinstalls (destroys the disk)',
  power: 'Power',
  'in-place': 'Configured in place (keeps the disk)',
  files: 'Files and images only',
  none: 'Touches no machine',
};
const MOST_PIECES = 6;

/** Ends with a newline; one line where nothing differs. */
export function formatComparison(
  changes: readonly SiteChange[],
  { from, to, paint = PLAIN }: { from: string; to: string; paint?: Paint },
): string {
  const between = `from ${shortCommit(from)} to ${shortCommit(to)}`;
  if (changes.length === 0) return `${paint.good('The same site')} ${between}\n`;
  const groups = groupChanges(changes);
  const lines = [paint.strong(`${sayChanged(changes)} ${between}`)];
  for (const effect of EFFECTS.toReversed()) {
    const those = groups.filter((group) => group.effect === effect);
    if (those.length === 0) continue;
    lines.push('', effect === 'DESTROYS DISK' ? paint.danger(TITLES[effect]) : paint.strong(TITLES[effect]));
    for (const group of those) lines.push(...groupLines(group, paint));
  }
  return `${lines.join('\n')}\n`;
}

/** `12 nodes and 1 image differ`. */
function sayChanged(changes: readonly SiteChange[]): string {
  const counts = (['node', 'image', 'pool', 'profile', 'network'] as const).flatMap((about) => {
    const count = new Set(changes.filter((one) => one.about === about).map(({ name }) => name)).size;
    return count === 0 ? [] : [`${count} ${about}${count === 1 ? '' : 's'}`];
  });
  if (changes.some(({ about }) => about === 'site')) counts.push('the site');
  return `${counts.join(', ')} changed`;
}

function groupLines({ about, names, change, causes }: ChangeGroup, paint: Paint): string[] {
  const what = about === 'node' ? '' : `${about} `;
  const count = names.length > 1 ? ` (${names.length})` : '';
  const cause = causeOf(causes);
  return [
    `  ${what}${paint.strong(sayNames(names, MOST_PIECES))}${count}  ${change}`,
    ...(cause === '' ? [] : [`      ${paint.faint(cause)}`]),
  ];
}
