/** Two sites, compared in terms of machines: what Git says differently, and what that costs. Pure. */

import type { DesiredNode, Site } from '../model/desired.ts';
import type { Effect } from '../model/plan.ts';
import type { SourceRef } from '../model/problem.ts';
import type { SiteChange, SiteChangeKind } from '../model/site-change.ts';
import { profileSource } from './causes.ts';
import { compareDeclared } from './compare-declared.ts';
import { compareStacks } from './compare-stacks.ts';
import { type FileChanges, profileFile } from './file-changes.ts';

/** From `before` to `after`; nodes in the order of their names, then what is declared beside them. */
export function compareSites(before: Site, after: Site, files: FileChanges): SiteChange[] {
  const changes: SiteChange[] = [];
  for (const node of after.nodes.values()) {
    const old = before.nodes.get(node.name);
    changes.push(...(old ? changesOf(old, node, before, after, files) : [added(node, files)]));
  }
  for (const node of before.nodes.values()) {
    if (!after.nodes.has(node.name)) changes.push(removed(node, files));
  }
  return [...changes, ...compareDeclared(before, after, files)];
}

function added(node: DesiredNode, files: FileChanges): SiteChange {
  const { name, pool, profile, sources } = node;
  const change = `new in pool ${pool}, ${profile}: adopted as it is when it reports, held otherwise`;
  return { ...ofNode(name, sources.node, files), kind: 'added', effect: 'none', change };
}

function removed({ name, sources }: DesiredNode, files: FileChanges): SiteChange {
  const change = 'no longer in the inventory: let go; its power and disk stay as they are';
  return { ...ofNode(name, sources.node, files), kind: 'removed', effect: 'files', change };
}

function ofNode(
  name: string,
  source: SourceRef,
  files: FileChanges,
): Pick<SiteChange, 'about' | 'name' | 'cause'> {
  return { about: 'node', name, cause: { source, commit: files.commitOf(source.file) } };
}

function changesOf(
  a: DesiredNode,
  b: DesiredNode,
  before: Site,
  after: Site,
  files: FileChanges,
): SiteChange[] {
  const changes: SiteChange[] = [];
  const say = (
    kind: SiteChangeKind,
    effect: Effect,
    change: string,
    source: SourceRef = b.sources.node,
  ): void => {
    changes.push({ ...ofNode(b.name, source, files), kind, effect, change });
  };
  const { generation, power } = b.sources;
  if (a.profile !== b.profile)
    say('profile', 'DESTROYS DISK', arrow('profile', a.profile, b.profile), profileSource(b, before));
  if (b.generation > a.generation) {
    say('generation', 'DESTROYS DISK', arrow('generation', a.generation, b.generation), generation);
  } else if (b.generation < a.generation) {
    const lowered = `${arrow('generation', a.generation, b.generation)}: lowering it reinstalls nothing`;
    say('generation', 'none', lowered, generation);
  }
  if (a.power !== b.power) {
    say('power', b.power === 'unmanaged' ? 'none' : 'power', arrow('power', a.power, b.power), power);
  }
  if (a.profile === b.profile) {
    for (const { change, source } of compareStacks(a, b, { before, after, files })) {
      say('configuration', 'in-place', change, source);
    }
    if (a.installDigest !== b.installDigest && b.generation <= a.generation) {
      const outdated = `outdated: what ${b.profile} installs has changed; raise the generation to reinstall`;
      say('outdated', 'none', outdated, profileFile(b, files));
    }
  }
  if (a.pool !== b.pool) say('pool', 'none', arrow('pool', a.pool, b.pool), b.sources.pool ?? b.sources.node);
  if (bootText(a) !== bootText(b)) say('network', 'files', networkChange(a, b));
  if (text(a.bmc) !== text(b.bmc))
    say('bmc', 'none', arrow('BMC', a.bmc?.url ?? 'none', b.bmc?.url ?? 'none'));
  if (text(a.protected) !== text(b.protected)) {
    say('protected', 'none', b.protected ? `protected: ${b.protected.reason}` : 'no longer protected');
  }
  if (text(a.paused) !== text(b.paused)) {
    say('paused', 'none', b.paused ? `paused: ${b.paused.reason}` : 'no longer paused');
  }
  if (text(a.dependsOn) !== text(b.dependsOn)) {
    const needs = b.dependsOn.map(({ kind, name }) => `${kind} ${name}`).join(', ');
    say('dependencies', 'none', needs === '' ? 'depends on nothing any more' : `depends on ${needs}`);
  }
  if (text(a.labels) !== text(b.labels)) say('labels', 'none', 'labels changed');
  return changes;
}

function networkChange(a: DesiredNode, b: DesiredNode): string {
  const parts: string[] = [];
  if (a.bootAddress !== b.bootAddress)
    parts.push(arrow('address', a.bootAddress ?? 'none', b.bootAddress ?? 'none'));
  if (a.bootMac !== b.bootMac) parts.push(arrow('boot MAC', a.bootMac, b.bootMac));
  if (a.firmware !== b.firmware) parts.push(arrow('firmware', a.firmware, b.firmware));
  if (a.bootLoader !== b.bootLoader) parts.push(arrow('boot loader', a.bootLoader, b.bootLoader));
  return parts.length === 0 ? 'interfaces changed' : parts.join(', ');
}

/** What DHCP and the boot server are told of a node, and how its cards are set up. */
function bootText({
  bootMac,
  bootAddress,
  firmware,
  bootLoader,
  interfaces,
  bonds,
  vlans,
}: DesiredNode): string {
  return text([bootMac, bootAddress, firmware, bootLoader, interfaces, bonds, vlans]);
}

function arrow(what: string, from: string | number, to: string | number): string {
  return `${what} ${from} → ${to}`;
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
