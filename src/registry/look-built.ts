/** One look at an image that is built: what the own registry has of it. */

import type { DesiredImage, ImageBuild } from '../model/desired.ts';
import type { ImageObservation, TagObservation } from '../model/images.ts';
import { type Provenance, provenanceOf } from '../model/provenance.ts';
import { RegistryError } from './errors.ts';
import { readLabels } from './labels.ts';
import { notingIn } from './noting.ts';
import type { ImageStore } from './store.ts';

interface Places {
  own: ImageStore;
  /** What was put there for this key, as far as it is remembered. */
  kept: string | null;
  /** Keeps what a digest is, between looks. */
  memo: Map<string, Promise<Provenance | null>>;
  clock(): number;
}

/**
 * Never rejects with a RegistryError. What is wanted is the image with the build's key, wherever it is found: among what was
 * put there, or under any of the tags; null where it is to be built.
 */
export async function lookAtBuilt(
  image: Pick<DesiredImage, 'tags'> & { build: ImageBuild },
  asked: string,
  { own, kept, memo, clock }: Places,
): Promise<ImageObservation> {
  const observation: ImageObservation = {
    ...{ asked, tags: new Map(), ranges: new Map(), problem: null, code: null, at: clock() },
  };
  const orProblem = notingIn(observation);
  const tags = image.tags.flatMap((wish) => ('tag' in wish ? [wish.tag] : []));
  const seen = await Promise.all(tags.map((tag, place) => lookAtTag(place, tag)));
  const wanted = await orProblem(tags.length, wantedOf(seen), null);
  for (const [index, tag] of tags.entries()) {
    const found = seen[index] ?? { present: 'unknown' };
    observation.tags.set(tag, { ...found, wanted: wanted === null ? null : { digest: wanted, bytes: 0 } });
  }
  return observation;

  async function lookAtTag(place: number, tag: string): Promise<Omit<TagObservation, 'wanted'>> {
    const present = await orProblem<TagObservation['present']>(
      place,
      own.head(tag).then((found) => found?.digest ?? null),
      'unknown',
    );
    if (present === null || present === 'unknown') return { present };
    return { present, provenance: await orProblem(place, provenance(present), null) };
  }

  async function wantedOf(seen: readonly Omit<TagObservation, 'wanted'>[]): Promise<string | null> {
    if (kept !== null) {
      if (seen.some(({ present }) => present === kept) || (await own.head(kept))) return kept;
    }
    const built = seen.find(({ provenance }) => provenance?.key === image.build.key);
    return built?.present ?? null;
  }

  function provenance(digest: string): Promise<Provenance | null> {
    const key = `${own.place}@${digest}`;
    const known = memo.get(key) ?? readLabels(own, digest).then(provenanceOf).catch(whenForeign);
    memo.set(key, known);
    known.catch(() => memo.delete(key));
    return known;
  }
}

/** What others put there may be damaged, or no image: then it is none of ours, and looked at no more. */
function whenForeign(error: unknown): null {
  const isForeign = error instanceof RegistryError && FOREIGN.has(error.code);
  if (isForeign) return null;
  throw error;
}

const FOREIGN: ReadonlySet<string> = new Set(['protocol', 'digest', 'truncated', 'too-large', 'not-found']);
