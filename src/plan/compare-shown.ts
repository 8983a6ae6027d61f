/** What comes into force, held against what the pull requests that brought it had shown (promise 1). Pure. */

import type { Plan } from '../model/plan.ts';
import type { ShownPlan } from '../model/review.ts';
import { sayNames } from './fold-names.ts';
import { dataLoss } from './group.ts';

export interface Difference {
  /** Disks that nobody was shown the loss of, and those shown to be lost that are not. */
  more: string[];
  fewer: string[];
  /** One sentence. */
  message: string;
}

/** Null where the plan is what was shown, or nothing was. */
export function differenceOf(shown: readonly ShownPlan[], plan: Plan): Difference | null {
  if (shown.length === 0) return null;
  const { certain, held } = dataLoss(plan);
  const now = [...certain, ...held];
  const before = new Set(shown.flatMap(({ destroys }) => destroys));
  const more = now.filter((node) => !before.has(node));
  const fewer = [...before].filter((node) => !now.includes(node));
  const isOther = shown.length === 1 && shown[0]?.digest !== plan.digest;
  if (more.length + fewer.length === 0 && !isOther) return null;
  const what = [
    ...(more.length > 0 ? [`it also destroys ${sayNames(more)}, held until approved`] : []),
    ...(fewer.length > 0 ? [`it no longer destroys ${sayNames(fewer)}`] : []),
    ...(more.length + fewer.length === 0
      ? ['the same disks, for another reason or under another guard']
      : []),
  ];
  const message = `the plan ${plan.digest} is not what ${sayPullRequests(shown)} showed (${shown.map(({ digest }) => digest).join(', ')}): ${what.join('; ')}`;
  return { more, fewer, message };
}

/** `pull request #12`, `pull requests #12 and #14`. */
export function sayPullRequests(shown: readonly Pick<ShownPlan, 'pullRequest'>[]): string {
  const numbers = shown.map(({ pullRequest }) => `#${pullRequest}`);
  const last = numbers.pop() ?? '';
  return numbers.length === 0 ? `pull request ${last}` : `pull requests ${numbers.join(', ')} and ${last}`;
}
