/** Which commit's image ran where, as lines. Pure. */

import { sortNatural } from '../desired/natural-order.ts';
import { sayNames } from '../plan/fold-names.ts';
import type { Paint } from '../plan/paint.ts';
import { shortCommit } from '../plan/say-age.ts';
import { shortDigest } from '../plan/say-images.ts';
import type { ImagePeriod } from './image-history.ts';
import { sayDuration, type Times } from './times.ts';

/** Each ends without a newline. */
export function periodLines(period: ImagePeriod, { at }: Times, paint: Paint, now: number): string[] {
  const { repository, tag, digest, since, installs } = period;
  const name = `${paint.strong(`${repository}:${tag}`)}  ${shortDigest(digest)}`;
  const nodes = sortNatural([...new Set(installs.map(({ node }) => node))], (node) => node);
  const [first, last] = [installs[0], installs.at(-1)];
  const times =
    !first || !last ? '' : first.at === last.at ? at(first.at) : `${at(first.at)} to ${at(last.at)}`;
  return [
    since === null
      ? `${'?'.padEnd(8)}  ${name}  not put there by barewright, as far as the journal knows`
      : `${at(since)}  ${name}  ${sayOrigin(period)}  ${sayEnd(period, now, paint)}`,
    `    ${nodes.length === 0 ? paint.faint('no node was installed with it') : `installed: ${sayNames(nodes)}  ${paint.faint(times)}`}`,
  ];
}

function sayOrigin({ commit, from }: ImagePeriod): string {
  const { id = '', author = '', subject = '' } = commit ?? {};
  const who = [shortCommit(id), author].filter((part) => part !== '').join(' ');
  return `${who}${subject === '' ? '' : `: ${subject}`}  from ${from}`;
}

function sayEnd({ since, until, ended }: ImagePeriod, now: number, paint: Paint): string {
  const lasted = sayDuration((until ?? now) - (since ?? now));
  return ended === null ? paint.good(`in force for ${lasted}`) : `${ended} after ${lasted}`;
}
