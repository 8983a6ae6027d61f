/** Container images: where they come from, which tags they have, and who needs them. */

import { parseReference } from '../model/image-reference.ts';
import { parseRange } from '../model/version-range.ts';
import { wishOf } from './build-image.ts';
import { type Contexts, checkContext } from './contexts.ts';
import type { Gathered, Placed } from './gather.ts';
import { nearest } from './nearest.ts';
import type { Report } from './report.ts';

export function checkImages(gathered: Gathered, contexts: Contexts | null, report: Report): void {
  const { Image } = gathered.sound;
  const homes = new Map<string, Placed<'Image'>>();
  for (const image of Image.values()) {
    checkRequiredBy(image, gathered, report);
    checkMirror(image, report);
    checkTags(image, report);
    if (contexts) checkContext(image, contexts, report);
    const repository = image.spec.repository ?? image.name;
    const other = homes.get(repository);
    homes.set(repository, other ?? image);
    if (!other) continue;
    const message = `images ${JSON.stringify(other.name)} and ${JSON.stringify(image.name)} are both the repository ${repository}`;
    const hint = 'Give one of the two another `repository`, or write all tags into one.';
    report.at(image, ['metadata', 'name'], { code: 'duplicate', message, hint });
  }
}

/** Images name the pools or profiles whose nodes need them. */
function checkRequiredBy(image: Placed<'Image'>, gathered: Gathered, report: Report): void {
  for (const [index, name] of (image.spec.requiredBy ?? []).entries()) {
    if (gathered.mayExist('Pool', name) || gathered.mayExist('Profile', name)) continue;
    const guess = nearest(name, [...gathered.names('Pool'), ...gathered.names('Profile')]);
    const hint = guess ? `Did you mean \`${guess}\`?` : 'Name a pool or a profile.';
    const message = `there is no pool and no profile ${JSON.stringify(name)}`;
    report.at(image, ['spec', 'requiredBy', index], { code: 'dangling', message, hint });
  }
}

function checkMirror(image: Placed<'Image'>, report: Report): void {
  const from = image.spec.mirror?.from;
  if (from === undefined) return;
  const reference = parseReference(from);
  if (reference && reference.tag === null) return;
  const message = `${JSON.stringify(from)} is no repository that can be mirrored`;
  const hint = 'Write registry and name without a tag: `docker.io/library/redis`.';
  report.at(image, ['spec', 'mirror', 'from'], { code: 'schema', message, hint });
}

function checkTags(image: Placed<'Image'>, report: Report): void {
  const seen = new Set<string>();
  for (const [index, written] of image.spec.tags.entries()) {
    const wish = wishOf(written);
    const say = (message: string, hint: string) =>
      report.at(image, ['spec', 'tags', index], { code: 'schema', message, hint });
    if ('tag' in wish) {
      if (seen.has(wish.tag)) say(`tag ${wish.tag} stands twice`, 'Keep one of the two.');
      seen.add(wish.tag);
      if (wish.digest !== null && image.spec.build) {
        say('the digest of what is built is not known before', 'Write the tag alone.');
      }
    } else if (image.spec.build) {
      say('a range of versions is for mirrors', 'Write the tags that the image is to have.');
    } else if (!parseRange(wish.range)) {
      say(
        `${JSON.stringify(wish.range)} is no range of versions`,
        'Write it like `~7.2`, `^7` or `>=7.2.0 <8`.',
      );
    }
  }
}
