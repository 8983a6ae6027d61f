/** Sizes, digests and counts of images in few words. Pure. */

import type { ImageAction, ImageActionKind } from '../model/plan.ts';

/** `812 B`, `45 MB`, `1.2 GB`, in powers of ten. */
export function sayBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const text = value < 9.95 && unit > 0 ? value.toFixed(1) : value.toFixed(0);
  return `${text} ${units[unit]}`;
}

/** Twelve digits: enough to be told apart. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}

const WORDS: readonly [kind: ImageActionKind, says: string][] = [
  ['build', 'to build'],
  ['copy', 'to copy'],
  ['retag', 'to tag'],
  ['prune', 'to remove'],
  ['drift', 'drifted'],
];

/** `images: 3 to copy (45 MB), 1 to remove; held: 2 to remove`; empty for nothing. */
export function sayImageTotals(actions: readonly ImageAction[]): string {
  const going = counts(actions.filter(({ hold }) => hold === null));
  const held = counts(actions.filter(({ hold }) => hold !== null));
  if (going === '' && held === '') return '';
  return `images: ${[going, held && `held: ${held}`].filter((part) => part !== '').join('; ')}`;
}

function counts(actions: readonly ImageAction[]): string {
  return WORDS.flatMap(([kind, says]) => {
    const some = actions.filter((action) => action.kind === kind);
    const bytes = kind === 'copy' ? some.reduce((sum, action) => sum + (action.bytes ?? 0), 0) : 0;
    return some.length === 0 ? [] : [`${some.length} ${says}${bytes > 0 ? ` (${sayBytes(bytes)})` : ''}`];
  }).join(', ');
}

/** What is said of several tags of one image in one line. */
export interface ImageGroup {
  image: string;
  /** Of the first few. */
  changes: string[];
  more: number;
  cause: ImageAction['cause'];
  hold: ImageAction['hold'];
}

/** Changes named of one image and one guard. */
const MOST_CHANGES = 5;

/** Those that go and those that are held apart, in the order of the plan. */
export function groupImages(actions: readonly ImageAction[]): ImageGroup[] {
  const groups = new Map<string, ImageGroup>();
  for (const { image, change, cause, hold } of actions) {
    const key = JSON.stringify([image, hold?.why]);
    const group = groups.get(key) ?? { image, changes: [], more: 0, cause, hold };
    groups.set(key, group);
    if (group.changes.length < MOST_CHANGES) group.changes.push(change);
    else group.more += 1;
  }
  return [...groups.values()];
}

/** How held tags are let go, as a command. */
export function releaseOfImages(digest: string): string {
  return `barewright approve ${digest} (all that is held)`;
}
