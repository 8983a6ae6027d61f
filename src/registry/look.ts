/** Looks at one image: what upstream has, and what the own registry has. */

import type { DesiredImage } from '../model/desired.ts';
import type { ImageObservation, TagObservation } from '../model/images.ts';
import { matching, parseRange } from '../model/version-range.ts';
import { RegistryError } from './errors.ts';
import { notingIn } from './noting.ts';
import { onlyPlatforms } from './platforms.ts';
import type { ImageReader } from './store.ts';
import { weighImage } from './weigh.ts';

interface Places {
  own: ImageReader;
  upstream: ImageReader;
  /** Keeps what a digest of upstream comes to, between looks. */
  memo: Map<string, Promise<Wanted>>;
  clock(): number;
}

type Wanted = NonNullable<TagObservation['wanted']>;

/** Never rejects with a RegistryError: what cannot be known is unknown, and the observation says why. */
export async function lookAtImage(
  image: DesiredImage,
  asked: string,
  places: Places,
): Promise<ImageObservation> {
  const { own, upstream, memo, clock } = places;
  const platforms = image.mirror?.platforms ?? [];
  const observation: ImageObservation = {
    ...{ asked, tags: new Map(), ranges: new Map(), problem: null, code: null, at: clock() },
  };

  const orProblem = notingIn(observation);

  async function look(place: number, tag: string, digest: string | null): Promise<void> {
    const [present, there] = await Promise.all([
      orProblem<TagObservation['present']>(place, digestOf(own, tag), 'unknown'),
      orProblem(place + 1, digest === null ? upstreamDigest(tag) : Promise.resolve(digest), null),
    ]);
    // Without platforms the digest is known; what it weighs matters only when it is to be moved.
    const isSame = platforms.length === 0 && present === there;
    const wanted =
      there === null
        ? null
        : isSame
          ? { digest: there, bytes: 0 }
          : await orProblem(place + 1, weigh(there), null);
    observation.tags.set(tag, { wanted, present });
  }

  async function upstreamDigest(tag: string): Promise<string> {
    const digest = await digestOf(upstream, tag);
    if (digest !== null) return digest;
    throw new RegistryError('not-found', `${upstream.place} has no tag ${tag}`);
  }

  function weigh(digest: string): Promise<Wanted> {
    const key = JSON.stringify([upstream.place, digest, platforms]);
    const known = memo.get(key) ?? whatItIs(upstream, digest, platforms);
    memo.set(key, known);
    known.catch(() => memo.delete(key));
    return known;
  }

  const wishes = new Map<string, string | null>();
  let all: Promise<string[]> | null = null;
  for (const wish of image.tags) {
    if ('tag' in wish) {
      wishes.set(wish.tag, wish.digest);
      continue;
    }
    all ??= upstream.tags();
    const range = parseRange(wish.range);
    const tags = await orProblem(-1, all, null);
    if (!range || !tags) continue;
    const asked = matching(range, tags).slice(0, image.newest ?? undefined);
    observation.ranges.set(wish.range, asked);
    for (const tag of asked) if (!wishes.has(tag)) wishes.set(tag, null);
  }
  await Promise.all([...wishes].map(([tag, digest], index) => look(2 * index, tag, digest)));
  return observation;
}

async function digestOf(store: ImageReader, tag: string): Promise<string | null> {
  return (await store.head(tag))?.digest ?? null;
}

/** What is kept of an image of upstream, and the bytes of all that it refers to. */
async function whatItIs(
  store: ImageReader,
  reference: string,
  platforms: readonly string[],
): Promise<Wanted> {
  const what = `${store.place}@${reference}`;
  const image = onlyPlatforms(await store.manifest(reference), platforms, what);
  return { digest: image.digest, bytes: await weighImage(store, image) };
}
