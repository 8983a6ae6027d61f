/** Keeps the own registry as Git declares it: looks, plans, carries out, and looks again. */

import type { DesiredImage, Site } from '../../model/desired.ts';
import type { ImageKnowledge, ImageObservation } from '../../model/images.ts';
import { placeOf } from '../../model/images.ts';
import type { Journal } from '../../model/journal.ts';
import type { ImageAction } from '../../model/plan.ts';
import { askedOf } from '../../plan/image-names.ts';
import type { ImageActivity } from '../../plan/view-images.ts';
import type { Registry, Repository } from '../../registry/client.ts';
import { createCopier } from '../../registry/copy.ts';
import { lookAtImage } from '../../registry/look.ts';
import { lookAtBuilt } from '../../registry/look-built.ts';
import type { Builds } from './builds.ts';
import { carryOut, put, type Work } from './carry-out.ts';
import type { Registries } from './registries.ts';
import type { Troubles } from './troubles.ts';

interface Ports {
  journal: Journal;
  registries: Registries;
  troubles: Troubles;
  builds: Builds;
  knowledge: ImageKnowledge & { observed: Map<string, ImageObservation> };
  /** What the plan says now, for the site in force. */
  actions(): ImageAction[];
  /** The site in force; a round for another one is given up. */
  site(): Site | null;
  /** An image is there, or is not: nodes may have waited. */
  onChange(): void;
  clock(): number;
}

export interface Keeper {
  /** One look at all images and everything that follows from it. Resolves with whether all of it worked. */
  round(): Promise<boolean>;
  activity(image: Pick<DesiredImage, 'name' | 'build'>): ImageActivity;
}

/** Images worked on at once; blobs at once are fewer than the sum of their layers. */
const IMAGES_AT_ONCE = 4;
const BLOBS_AT_ONCE = 8;
/** What upstream's digests come to is remembered for so many. */
const MOST_REMEMBERED = 10_000;

export function createKeeper({ journal, registries, troubles, knowledge, builds, ...ports }: Ports): Keeper {
  const copier = createCopier(BLOBS_AT_ONCE);
  const memo: Parameters<typeof lookAtImage>[2]['memo'] = new Map();
  const origins: Parameters<typeof lookAtBuilt>[2]['memo'] = new Map();
  const busy = new Map<string, { bytes: number; of: number | null }>();

  async function round(): Promise<boolean> {
    const site = ports.site();
    if (!site) return true;
    await registries.use(site);
    const own = await troubles.guard(null, async () => registries.own());
    if (own !== undefined) troubles.settled(null);
    if (!own) return own === null;
    const images = [...site.images.values()];
    builds.keepOnly(site);
    for (const name of knowledge.observed.keys()) if (!site.images.has(name)) knowledge.observed.delete(name);
    for (const remembered of [memo, origins]) if (remembered.size > MOST_REMEMBERED) remembered.clear();
    const looked = await each(images, async (image) => look(site, image, own));
    ports.onChange();
    const byImage = Map.groupBy(
      ports.actions().filter(({ hold, effect }) => hold === null && effect !== 'none'),
      ({ image }) => image,
    );
    for (const { name } of images) if (!byImage.has(name)) troubles.settled(name);
    const acted = await each([...byImage], ([image, actions]) => act(site, image, actions, own));
    return looked && acted;
  }

  async function observe(image: DesiredImage, own: Repository): Promise<ImageObservation> {
    const { mirror, build } = image;
    const places = { own, clock: ports.clock };
    if (build) {
      const { built, kept: put } = knowledge.memory;
      const kept = [...built.values(), ...put.values()].find(
        ({ key, registry, repository }) =>
          key === build.key && registry === own.registry && repository === own.name,
      );
      return lookAtBuilt({ ...image, build }, askedOf(image), {
        ...{ ...places, memo: origins, kept: kept?.digest ?? null },
      });
    }
    if (!mirror) throw new Error(`image ${image.name} has neither build nor mirror`);
    const upstream = registries.upstream(mirror.registry).repository(mirror.repository);
    return lookAtImage(image, askedOf(image), { ...places, upstream, memo });
  }

  async function look(site: Site, image: DesiredImage, own: Registry): Promise<boolean> {
    const { name, repository } = image;
    const seen = await troubles.guard(name, () => observe(image, own.repository(repository)));
    if (!seen) return false;
    knowledge.observed.set(name, seen);
    if (image.build) await builds.tidy({ ...image, build: image.build }, own.repository(repository));
    await troubles.looked(name, seen.problem, seen.code);
    for (const [tag, { present, provenance }] of seen.tags) {
      const place = { image: name, registry: own.name, repository, tag };
      const begun = knowledge.memory.begun.get(placeOf(own.name, repository, tag));
      // Written before a crash that kept the journal from hearing of it.
      if (begun !== undefined && begun === present) {
        const result = {
          ...place,
          digest: begun,
          previous: null,
          from: 'a copy before the daemon stopped',
          bytes: 0,
          ...(provenance ? { key: provenance.key } : {}),
        };
        await journal.append([put(result, { image, commit: site.commit.id })]);
      }
      const kept = knowledge.memory.kept.get(placeOf(own.name, repository, tag));
      if (kept && present !== 'unknown')
        await troubles.drift(name, tag, kept.digest, present, site.commit.id);
    }
    return seen.problem === null;
  }

  /** One after another: the tags of an image share most of their layers. */
  async function act(site: Site, name: string, actions: ImageAction[], own: Registry): Promise<boolean> {
    const image = site.images.get(name) ?? null;
    const upstream = image?.mirror;
    let worked = true;
    for (const action of actions) {
      if (ports.site() !== site) return false;
      if (action.kind === 'build') {
        await build(site, image, action, own);
        continue;
      }
      const progress = { bytes: 0, of: action.bytes };
      if (action.kind === 'copy') busy.set(name, progress);
      const done = await troubles.guard(name, async () => {
        const work: Work = {
          ...{ action, image, own, commit: site.commit.id },
          upstream: upstream ? registries.upstream(upstream.registry).repository(upstream.repository) : null,
          onBytes(bytes) {
            progress.bytes += bytes;
          },
        };
        await carryOut(work, copier, journal);
        seenAs(action);
        return true;
      });
      busy.delete(name);
      worked &&= done ?? false;
      ports.onChange();
    }
    if (worked) troubles.settled(name);
    return worked;
  }

  /** It goes on beside the looks, and is no failure of them. */
  async function build(site: Site, image: DesiredImage | null, action: ImageAction, own: Registry) {
    if (!image?.build) return;
    const asked = { ...image, build: image.build };
    await troubles.guard(image.name, async () => {
      const { endpoint, login = null } = registries.ownAccess();
      const target = { repository: own.repository(image.repository), endpoint, login };
      builds.want(site, asked, action.tags ?? [action.tag], target);
    });
  }

  /** What has just been written is there, until the next look. */
  function seenAs({ image, tag, digest, kind }: ImageAction): void {
    const found = knowledge.observed.get(image)?.tags.get(tag);
    if (found && kind !== 'prune') found.present = digest;
  }

  return {
    round,
    activity: (image) => ({
      progress: busy.get(image.name) ?? null,
      building: builds.building(image.name),
      problem: builds.problem(image) ?? troubles.of(image.name),
    }),
  };
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<boolean>): Promise<boolean> {
  const queue = items.values();
  let all = true;
  async function lane(): Promise<void> {
    for (const item of queue) if (!(await work(item))) all = false;
  }
  await Promise.all(Array.from({ length: IMAGES_AT_ONCE }, lane));
  return all;
}
