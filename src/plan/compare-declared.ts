/** What two sites declare differently beside their nodes: policy, images, pools, profiles, networks. Pure. */

import type { DesiredImage, Site, TagWish } from '../model/desired.ts';
import type { Effect } from '../model/plan.ts';
import type { SourceRef } from '../model/problem.ts';
import type { SiteChange, SiteChangeKind } from '../model/site-change.ts';
import type { FileChanges } from './file-changes.ts';

export function compareDeclared(before: Site, after: Site, files: FileChanges): SiteChange[] {
  return [
    ...fieldChanges('policy', before.policy, after.policy).map((change) => ofSite('policy', change, after)),
    ...SITE_FIELDS.flatMap((field) =>
      text(before[field]) === text(after[field]) ? [] : [ofSite('declared', `${field} changed`, after)],
    ),
    ...imageChanges(before, after, files),
    ...mapChanges('pool', before.pools, after.pools),
    ...mapChanges('profile', before.profiles, after.profiles),
    ...mapChanges('network', before.networks, after.networks),
  ];
}

/** Of the Site, beside its policy. What credentials say is where a secret is read, not the secret. */
const SITE_FIELDS = [
  ...(['domain', 'timezone', 'dns', 'ntp', 'mirror', 'certificates', 'services'] as const),
  ...(['credentials', 'registries', 'review', 'verify'] as const),
];

function ofSite(kind: SiteChangeKind, change: string, { name }: Site): SiteChange {
  return { about: 'site', name, kind, effect: 'none', change, cause: NOBODY };
}

/** The document of the site is not placed; nor are those of pools, profiles and networks. */
const NOBODY = { source: null, commit: null };

/** `policy.installsAtOnce 4 → 2`, one a field. */
function fieldChanges(prefix: string, a: object, b: object): string[] {
  const [old, next] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((key) => {
    const [from, to] = [old.get(key), next.get(key)];
    return text(from) === text(to) ? [] : [`${prefix}.${key} ${sayValue(from)} → ${sayValue(to)}`];
  });
}

function sayValue(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  return typeof value === 'object' ? text(value) : String(value);
}

type Named = 'pool' | 'profile' | 'network';

function mapChanges(
  about: Named,
  before: ReadonlyMap<string, object>,
  after: ReadonlyMap<string, object>,
): SiteChange[] {
  const say = (name: string, change: string): SiteChange => ({
    ...{ about, name, kind: 'declared', effect: 'none', change, cause: NOBODY },
  });
  const changes: SiteChange[] = [];
  for (const [name, value] of after) {
    const old = before.get(name);
    if (!old) changes.push(say(name, 'new'));
    else if (text(old) !== text(value)) changes.push(say(name, `${fieldNames(old, value)} changed`));
  }
  for (const name of before.keys()) if (!after.has(name)) changes.push(say(name, 'no longer declared'));
  return changes;
}

function fieldNames(a: object, b: object): string {
  const [old, next] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  const names = [...new Set([...old.keys(), ...next.keys()])];
  return names.filter((name) => text(old.get(name)) !== text(next.get(name))).join(', ');
}

function imageChanges(before: Site, after: Site, files: FileChanges): SiteChange[] {
  const changes: SiteChange[] = [];
  const say = (image: DesiredImage, effect: Effect, change: string): void => {
    const source: SourceRef = image.source;
    const cause = { source, commit: files.commitOf(source.file) };
    changes.push({ about: 'image', name: image.name, kind: 'image', effect, change, cause });
  };
  for (const image of after.images.values()) {
    const old = before.images.get(image.name);
    if (!old) say(image, 'files', `new: tags ${tagsOf(image).join(', ')}`);
    else for (const change of changesOfImage(old, image)) say(image, 'files', change);
  }
  for (const image of before.images.values()) {
    if (!after.images.has(image.name)) {
      say(image, 'files', `no longer declared: tags ${tagsOf(image).join(', ')} are removed`);
    }
  }
  return changes;
}

function changesOfImage(a: DesiredImage, b: DesiredImage): string[] {
  const [old, next] = [tagsOf(a), tagsOf(b)];
  const gone = old.filter((tag) => !next.includes(tag));
  const fresh = next.filter((tag) => !old.includes(tag));
  const changes: string[] = [];
  if (fresh.length + gone.length > 0) {
    const parts = [
      fresh.length > 0 ? `+ ${fresh.join(', ')}` : '',
      gone.length > 0 ? `- ${gone.join(', ')}` : '',
    ];
    changes.push(`tags ${parts.filter((part) => part !== '').join('  ')}`);
  }
  if (text(a.mirror) !== text(b.mirror)) changes.push(`${sayOrigin(a)} → ${sayOrigin(b)}`);
  if (a.build && b.build && a.build.key !== b.build.key)
    changes.push('built anew: what it is made of has changed');
  if (a.repository !== b.repository) changes.push(`repository ${a.repository} → ${b.repository}`);
  if (text(a.requiredBy) !== text(b.requiredBy))
    changes.push(`required by ${b.requiredBy.join(', ') || 'nobody'}`);
  if (a.newest !== b.newest) changes.push(`newest ${a.newest ?? 'all'} → ${b.newest ?? 'all'}`);
  return changes;
}

function sayOrigin({ mirror, build }: DesiredImage): string {
  if (mirror) {
    const only = mirror.platforms.length > 0 ? ` (${mirror.platforms.join(', ')})` : '';
    return `mirror of ${mirror.registry}/${mirror.repository}${only}`;
  }
  return `built from ${build?.context ?? 'nothing'}`;
}

function tagsOf({ tags }: DesiredImage): string[] {
  return tags.map((wish: TagWish) => {
    if ('range' in wish) return wish.range;
    return wish.digest === null ? wish.tag : `${wish.tag}@${wish.digest.slice(0, 19)}`;
  });
}

function text(value: unknown): string {
  return JSON.stringify(value instanceof Map ? [...value] : value) ?? '';
}
