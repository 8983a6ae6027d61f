/** What a step changes in the files that machines are served: rendered before and after, and compared. Pure. */

import type { DesiredNode, Profile, Site } from '../../model/desired.ts';
import type { FileChange } from '../../model/plan.ts';
import { unifiedDiff } from '../../plan/unified-diff.ts';
import { dnsmasqFiles } from '../../render/dnsmasq/files.ts';
import { masked, nodeTexts, renderedOrNone } from '../node-texts.ts';

/** Nodes that are rendered; those beyond are counted only. */
const MOST_NODES = 60;
/** The same on both sides, so that nothing but the site makes a difference. */
const BOOT_URL = 'http://barewright:8480';
const RECORD = { installId: '0', profile: 'profile', generation: 1, installDigest: '0', commit: '0' };
const PLACES = { directory: '/var/lib/barewright/dnsmasq', tftpRoot: '/var/lib/barewright/tftp' };

/** The changes, and how many nodes with changes were not rendered for being too many. */
export function fileChanges(previous: Site, site: Site): { changes: FileChange[]; left: number } {
  const others = profilesServedOtherwise(previous, site);
  const changed = [...site.nodes.values()].filter(
    (node) => others.has(node.profile) || isOther(previous, node),
  );
  const groups = new Map<string, FileChange>();
  for (const { file, diff } of dnsmasqChanges(previous, site)) groups.set(file, { file, nodes: [], diff });
  for (const node of changed.slice(0, MOST_NODES)) {
    for (const { file, diff } of nodeChanges(previous, site, node)) {
      const key = `${file}\n${changedLines(diff, node.name)}`;
      const group = groups.get(key) ?? { file, nodes: [], diff };
      group.nodes.push(node.name);
      groups.set(key, group);
    }
  }
  return { changes: [...groups.values()], left: Math.max(0, changed.length - MOST_NODES) };
}

/** Those whose kernel or templates change, which no node's digest tells. */
function profilesServedOtherwise(previous: Site, site: Site): Set<string> {
  const isTemplated = templatesOf(previous) !== templatesOf(site);
  const netboot = (profile: Profile | undefined) => JSON.stringify(profile?.netboot ?? null);
  return new Set(
    [...site.profiles.values()]
      .filter((profile) => isTemplated || netboot(previous.profiles.get(profile.name)) !== netboot(profile))
      .map(({ name }) => name),
  );
}

/** Whether what it is served may differ; a node that is new has nothing to be compared with. */
function isOther(previous: Site, node: DesiredNode): boolean {
  const before = previous.nodes.get(node.name);
  if (!before) return false;
  return (
    before.installDigest !== node.installDigest ||
    before.profile !== node.profile ||
    before.bootMac !== node.bootMac ||
    before.bootAddress !== node.bootAddress ||
    before.firmware !== node.firmware ||
    before.bootLoader !== node.bootLoader
  );
}

function templatesOf({ texts }: Site): string {
  return JSON.stringify([...texts].filter(([path]) => path.startsWith('profiles/templates/')));
}

interface Change {
  file: string;
  diff: string;
}

function dnsmasqChanges(previous: Site, site: Site): Change[] {
  return compare(dnsmasqTexts(previous), dnsmasqTexts(site));
}

function dnsmasqTexts(site: Site): Map<string, string> {
  if (site.services.dnsmasq.mode === 'off') return new Map();
  const files = renderedOrNone(() => dnsmasqFiles(site, { ...PLACES, bootUrl: BOOT_URL }));
  return new Map([...files].map(([name, text]) => [`dnsmasq: ${name}`, text]));
}

function nodeChanges(previous: Site, site: Site, node: DesiredNode): Change[] {
  const before = previous.nodes.get(node.name);
  return before ? compare(textsOf(previous, before), textsOf(site, node)) : [];
}

/** Its configuration's digest changes with every parameter, and is told otherwise. */
function textsOf(site: Site, node: DesiredNode): Map<string, string> {
  return nodeTexts(site, { ...node, configDigest: '0' }, { bootUrl: BOOT_URL, record: RECORD });
}

function compare(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Change[] {
  const files = new Set([...before.keys(), ...after.keys()]);
  return [...files].flatMap((file) => {
    const diff = unifiedDiff(file, before.get(file) ?? '', after.get(file) ?? '');
    return diff === '' ? [] : [{ file, diff: masked(diff) }];
  });
}

/** What two nodes' diffs are the same in, but for the node's own name. */
function changedLines(diff: string, name: string): string {
  const lines = diff.split('\n').slice(2);
  return lines
    .filter((line) => /^[-+]/.test(line))
    .join('\n')
    .replaceAll(name, 'NODE');
}
