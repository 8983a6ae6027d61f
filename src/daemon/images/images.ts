/** Images, wired: what is kept in the own registry, what is known of it, and which nodes wait for it. */

import { join } from 'node:path';
import { chooseBuilder } from '../../build/choose.ts';
import type { ImageView } from '../../model/api.ts';
import type { DesiredNode, Site } from '../../model/desired.ts';
import type { RequiredImage } from '../../model/event.ts';
import {
  foldImages,
  type ImageKnowledge,
  type ImageObservation,
  newImageMemory,
} from '../../model/images.ts';
import type { Journal } from '../../model/journal.ts';
import type { ImageAction } from '../../model/plan.ts';
import { judgeImages } from '../../plan/judge-images.ts';
import { requiredImages } from '../../plan/required-images.ts';
import { imageAwaited, viewImage } from '../../plan/view-images.ts';
import type { Registry } from '../../registry/client.ts';
import { createUploadNotes } from '../../registry/upload-notes.ts';
import { eventPages } from '../event-pages.ts';
import { repeat } from '../loops.ts';
import { createSecrets } from '../secrets.ts';
import type { DaemonSettings } from '../settings.ts';
import type { SopsFiles } from '../sops-files.ts';
import type { ContextFiles } from './build-context.ts';
import { createBuilds } from './builds.ts';
import { tagBuilt } from './carry-out.ts';
import { createKeeper } from './keeper.ts';
import { createRegistries } from './registries.ts';
import { createTroubles } from './troubles.ts';

export interface Images {
  /** Looks at the registries as soon as the present look is over: the site in force is another one, or a person asks. */
  soon(): void;
  /** Likewise, and builds that failed are tried again. */
  retry(): void;
  /** Why a node that is to carry the profile waits for an image; null when it does not. */
  awaits(node: Pick<DesiredNode, 'pool'>, profile: string): string | null;
  /** What such a node needs, as the registry has it now. */
  required(node: Pick<DesiredNode, 'pool'>, profile: string): RequiredImage[];
  knowledge: ImageKnowledge;
  /** The site's own registry, to be written to; null without one. Throws RegistryError while it cannot be reached. */
  own(): Registry | null;
  views(): ImageView[];
  close(): Promise<void>;
}

interface Ports {
  settings: Pick<DaemonSettings, 'dataDir' | 'secretsDir' | 'env' | 'images'>;
  /** Where `sops` references lead. */
  sopsFiles: Pick<SopsFiles, 'read'>;
  journal: Journal;
  /** Of the site's repository. */
  files(): ContextFiles;
  /** In force now. A node must not hear of a wish while an earlier site answers what it waits for. */
  site(): Site | null;
  /** See Registries. */
  served?: NonNullable<Parameters<typeof createRegistries>[0]['served']>;
  /** False while the registry is being started: nothing is to be said of it yet. */
  isReady?(): boolean;
  wake(node: string): void;
  onError(error: unknown): void;
  clock(): number;
}

const FIRST_PAUSE = 10_000;
const LONGEST_PAUSE = 15 * 60_000;
/** How soon a new commit is noticed while nothing is due, ms. */
const IDLE = 500;
const REMEMBERED = [
  ...(['ImageIntent', 'ImagePut', 'ImagePruneApproved', 'ImagePruned'] as const),
  ...(['ImageBuilt', 'ImageBuildFailed'] as const),
];

export function startImages({
  settings,
  sopsFiles,
  journal,
  files,
  site,
  served = () => null,
  isReady = () => true,
  wake,
  onError,
  clock,
}: Ports): Images {
  const { dataDir, secretsDir, env, images: own = {} } = settings;
  const memory = newImageMemory();
  for (const page of eventPages(journal, { reasons: REMEMBERED })) {
    for (const event of page) foldImages(memory, event);
  }
  const unsubscribe = journal.subscribe((events) => {
    for (const event of events) foldImages(memory, event);
  });
  const observed = new Map<string, ImageObservation>();
  const knowledge = { observed, memory };
  const stop = new AbortController();
  const registries = createRegistries({
    secrets: createSecrets(secretsDir, env, sopsFiles),
    notes: createUploadNotes(join(dataDir, 'uploads')),
    served,
    overrides: { signal: stop.signal, clock, ...own.registry },
    skopeo: { directory: join(dataDir, 'skopeo'), env, signal: stop.signal },
  });
  const troubles = createTroubles(journal);
  const firstPause = own.firstPause ?? FIRST_PAUSE;
  const builders = { kind: 'auto' as const, directory: join(dataDir, 'buildah'), env, ...own.builder };
  const builds = createBuilds({
    ...{ journal, memory, files, onError, clock, firstPause, say: troubles.note },
    choose: (signal) => chooseBuilder(builders, signal),
    async tag({ commit }, image, tags, digest) {
      const registry = registries.own();
      if (registry) await tagBuilt({ own: registry, image, commit: commit.id, tags, digest }, journal);
    },
    onEnd() {
      dueAt = 0;
    },
  });
  const keeper = createKeeper({
    ...{ journal, registries, troubles, builds, knowledge, actions, site, clock },
    onChange() {
      for (const { name, want } of journal.states().values()) if (want) wake(name);
    },
  });
  let dueAt = 0;
  let failures = 0;

  function actions(): ImageAction[] {
    const inForce = site();
    if (!inForce) return [];
    const causeOf = () => inForce.commit;
    return judgeImages({ site: inForce, previous: null, knowledge, states: journal.states(), causeOf });
  }

  async function work(): Promise<void> {
    const inForce = site();
    if (!inForce || stop.signal.aborted || clock() < dueAt || !isReady()) return;
    const { imageInterval } = inForce.policy;
    dueAt = Number.POSITIVE_INFINITY;
    let pause = firstPause;
    const startedAt = clock();
    try {
      failures = (await keeper.round()) ? 0 : failures + 1;
    } catch (error) {
      failures += 1;
      if (!stop.signal.aborted) throw error;
    } finally {
      pause = Math.min(pause * 2 ** Math.max(failures - 1, 0), LONGEST_PAUSE, imageInterval);
      // A site that came meanwhile has set it to now.
      dueAt = Math.min(dueAt, clock() + (failures === 0 ? imageInterval : pause), builds.nextAt());
      own.onRound?.(startedAt);
    }
  }

  function soon(): void {
    dueAt = 0;
    failures = 0;
  }

  const loop = repeat(work, () => Math.min(IDLE, Math.max(dueAt - clock(), 10)), onError);

  return {
    soon,
    retry() {
      builds.pardon();
      soon();
    },
    awaits(node, profile) {
      const inForce = site();
      return inForce && imageAwaited(inForce, node, profile, knowledge, keeper.activity);
    },
    required(node, profile) {
      const inForce = site();
      return inForce ? requiredImages(inForce, node, profile, knowledge) : [];
    },
    knowledge,
    own: registries.own,
    views() {
      const inForce = site();
      if (!inForce) return [];
      const all = actions();
      return [...inForce.images.values()].map((image) => {
        const due = all.filter((action) => action.image === image.name);
        return viewImage(inForce, image, knowledge, due, keeper.activity(image));
      });
    },
    async close() {
      const ended = builds.close();
      stop.abort();
      await ended;
      unsubscribe();
      await loop.close();
      await registries.close();
    },
  };
}
