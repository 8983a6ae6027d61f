/** What going back to an earlier commit leaves as it is, whatever Git says then (promise 2). Pure. */

import type { DesiredNode, Site } from '../model/desired.ts';
import { sayNames } from './fold-names.ts';
import { type Paint, PLAIN } from './paint.ts';

/** Nodes that a step back does not bring back, and what does. */
export interface Remainder {
  nodes: string[];
  why: string;
  /** With `NODE` for each one's name; empty where nothing brings it back. */
  remedy: string;
}

/** From the site in force `now` to that of an earlier commit. */
export function remainders(now: Site, then: Site): Remainder[] {
  const found = new Map<string, Remainder>();
  for (const node of then.nodes.values()) {
    const current = now.nodes.get(node.name);
    if (!current) continue;
    for (const [why, remedy] of remaindersOf(current, node, now, then)) {
      const key = JSON.stringify([why, remedy]);
      const known = found.get(key) ?? { nodes: [], why, remedy };
      known.nodes.push(node.name);
      found.set(key, known);
    }
  }
  return [...found.values()];
}

function remaindersOf(
  now: DesiredNode,
  then: DesiredNode,
  site: Site,
  before: Site,
): [why: string, remedy: string][] {
  const left: [why: string, remedy: string][] = [];
  // Another profile name reinstalls, and what that loses is in the plan.
  if (now.profile === then.profile) {
    if (now.generation > then.generation) {
      left.push([
        `generation ${now.generation} → ${then.generation} reinstalls nothing: what was installed as generation ${now.generation} stays`,
        `barewright set NODE install.generation=${now.generation + 1}`,
      ]);
    } else if (now.generation === then.generation && now.installDigest !== then.installDigest) {
      left.push([
        `what ${then.profile} installs goes back, the disk does not: whatever was installed since stays`,
        'barewright install NODE',
      ]);
    }
  }
  const kept = new Set(stacksOf(then, before));
  for (const stack of stacksOf(now, site)) {
    if (!kept.has(stack) && now.profile === then.profile)
      left.push([`stack ${stack} is no longer applied; what it left on the machine stays`, '']);
  }
  if (now.protected && !then.protected) {
    left.push([
      `the protection goes, since it came later: ${now.protected.reason}`,
      `barewright set NODE 'protected={ reason: … }'`,
    ]);
  }
  return left;
}

function stacksOf({ profile }: DesiredNode, site: Site): string[] {
  return (site.profiles.get(profile)?.stacks ?? []).map(({ name }) => name);
}

/** Ends with a newline; empty where all is brought back. */
export function sayRemainders(list: readonly Remainder[], paint: Paint = PLAIN): string {
  if (list.length === 0) return '';
  const lines = [paint.warning('Not brought back by this commit')];
  for (const { nodes, why, remedy } of list) {
    const count = nodes.length > 1 ? ` (${nodes.length})` : '';
    lines.push(`  ${paint.strong(sayNames(nodes, 6))}${count}  ${why}`);
    if (remedy !== '') lines.push(`      to have it as it was then, afterwards: ${remedy}`);
  }
  return `${lines.join('\n')}\n`;
}
