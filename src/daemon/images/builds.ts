/** Builds under way, and those that failed: one at a time, beside the looks, so that a newer commit is heard meanwhile. */

import { createBuildLog } from '../../build/build-log.ts';
import type { Target } from '../../build/builder.ts';
import type { Chosen } from '../../build/choose.ts';
import { BuildError } from '../../build/errors.ts';
import type { DesiredImage, ImageBuild, Site } from '../../model/desired.ts';
import { createGate } from '../../model/gate.ts';
import { blamesBuild, type ImageMemory } from '../../model/images.ts';
import type { Journal } from '../../model/journal.ts';
import type { Repository } from '../../registry/client.ts';
import { RegistryError } from '../../registry/errors.ts';
import type { ContextFiles } from './build-context.ts';
import { buildOne, clearStaging, sayFailure } from './build-one.ts';

export interface Builds {
  /** Sees to it that the image is built, unless it is under way, or waits after a failure. */
  want(
    site: Site,
    image: DesiredImage & { build: ImageBuild },
    tags: readonly string[],
    target: Target,
  ): void;
  /** Takes away what a daemon that was killed has left in the registry; once for each place. */
  tidy(image: DesiredImage & { build: ImageBuild }, repository: Repository): Promise<void>;
  /** Ends what the site does not ask for any more. */
  keepOnly(site: Site): void;
  /** What failed may be tried again at once: a person asks. */
  pardon(): void;
  /** When the next try is due, ms since the epoch. */
  nextAt(): number;
  /** Of a build under way. */
  building(image: string): string | null;
  problem(image: Pick<DesiredImage, 'name' | 'build'>): string | null;
  close(): Promise<void>;
}

interface Ports {
  journal: Journal;
  memory: Pick<ImageMemory, 'failed'>;
  files(): ContextFiles;
  choose(signal: AbortSignal): Promise<Chosen>;
  /** Gives its tags to what was built. Rejects with RegistryError. */
  tag(site: Site, image: DesiredImage, tags: readonly string[], digest: string): Promise<void>;
  /** Journals what keeps an image from being built, once for as long as it lasts. */
  say(image: string, problem: string, error: BuildError | RegistryError): Promise<void>;
  /** A build has ended. */
  onEnd(): void;
  onError(error: unknown): void;
  clock(): number;
  /** After the first failure; doubled for each further one. ms. */
  firstPause: number;
}

interface Job {
  key: string;
  line: string;
  abort: AbortController;
  ended: Promise<void>;
}

/** Tries of one key before a person, or a commit, has to do something; as `policy.attempts` of an install. */
const TRIES = 3;
/** What the Dockerfile is to blame for seldom passes by itself: so many times longer. */
const PATIENCE = 6;
const LONGEST_PAUSE = 15 * 60_000;

export function createBuilds(ports: Ports): Builds {
  const { memory, clock } = ports;
  const gate = createGate(1);
  const jobs = new Map<string, Job>();
  const waiting = new Map<string, { key: string; until: number; why: string; count: number }>();
  const tidied = new Set<string>();
  let closed = false;

  function want(
    site: Site,
    image: DesiredImage & { build: ImageBuild },
    tags: readonly string[],
    target: Target,
  ) {
    const { name, build } = image;
    const job = jobs.get(name);
    if (closed || job?.key === build.key) return;
    // Its end brings another look.
    if (job) return giveUp(name, job);
    const wait = waiting.get(name);
    if (wait?.key === build.key && clock() < wait.until) return;
    if (isStuck(name, build.key)) return;
    const abort = new AbortController();
    const begun: Job = { key: build.key, line: 'waits for another build', abort, ended: Promise.resolve() };
    jobs.set(name, begun);
    begun.ended = run(site, image, tags, target, begun)
      .catch(ports.onError)
      .finally(() => {
        jobs.delete(name);
        ports.onEnd();
      });
  }

  async function run(
    site: Site,
    image: DesiredImage & { build: ImageBuild },
    tags: readonly string[],
    target: Target,
    job: Job,
  ): Promise<void> {
    const { name, build } = image;
    const leave = await gate.enter();
    const late = new BuildError('timeout', `it took longer than ${Math.round(build.timeout / 1000)} s`);
    const timer = setTimeout(() => job.abort.abort(late), build.timeout);
    const { signal } = job.abort;
    const log = createBuildLog();
    const onLine = (line: string) => {
      log.add(line);
      if (line.trim() !== '') job.line = `builds: ${line.trim().slice(0, 120)}`;
    };
    try {
      signal.throwIfAborted();
      job.line = 'begins to build';
      const asked = { image, commit: site.commit, target, signal, log, onLine };
      const digest = await buildOne(asked, ports);
      await ports.tag(site, image, tags, digest);
      waiting.delete(name);
    } catch (error) {
      if (!(error instanceof BuildError) && !(error instanceof RegistryError)) throw error;
      if (error.code === 'closed' || error.code === 'given-up') return;
      const why = sayFailure(error, log);
      note(name, build.key, error, why);
      // Before a build has begun, nothing is in the journal of it.
      if (!blamesBuild(error.code)) await ports.say(name, why, error);
    } finally {
      clearTimeout(timer);
      if (!closed) await clearStaging(image, target.repository).catch(() => {});
      leave();
    }
  }

  function note(name: string, key: string, error: BuildError | RegistryError, why: string): void {
    const before = waiting.get(name);
    const count = before?.key === key ? before.count + 1 : 1;
    const first = ports.firstPause * (blamesBuild(error.code) ? PATIENCE : 1);
    const pause = Math.min(first * 2 ** (count - 1), LONGEST_PAUSE);
    waiting.set(name, { key, until: clock() + pause, why, count });
  }

  function isStuck(name: string, key: string): boolean {
    const failed = memory.failed.get(name);
    return failed?.key === key && failed.count >= TRIES;
  }

  function giveUp(name: string, job: Job): void {
    job.abort.abort(new BuildError('given-up', `another commit asks for something else of ${name}`));
  }

  return {
    want,
    async tidy(image, repository) {
      const place = `${repository.place} ${image.build.platforms}`;
      if (tidied.has(place) || jobs.has(image.name)) return;
      tidied.add(place);
      await clearStaging(image, repository).catch(() => tidied.delete(place));
    },
    keepOnly(site) {
      for (const [name, job] of jobs) if (site.images.get(name)?.build?.key !== job.key) giveUp(name, job);
      for (const [name, { key }] of waiting) {
        if (site.images.get(name)?.build?.key !== key) waiting.delete(name);
      }
    },
    pardon() {
      waiting.clear();
      memory.failed.clear();
    },
    nextAt() {
      const due = [...waiting].filter(([name, { key }]) => !isStuck(name, key));
      return Math.min(...due.map(([, { until }]) => until));
    },
    building: (image) => jobs.get(image)?.line ?? null,
    problem({ name, build }) {
      if (!build) return null;
      const wait = waiting.get(name);
      const said = wait?.key === build.key ? wait.why : null;
      if (!isStuck(name, build.key)) return said;
      const why = said ?? memory.failed.get(name)?.why ?? '';
      return `${why} (tried ${TRIES} times; a commit that changes it, or \`barewright reconcile\`, tries again)`;
    },
    async close() {
      closed = true;
      for (const { abort } of jobs.values()) abort.abort(new BuildError('closed', 'the daemon stops'));
      await Promise.all([...jobs.values()].map(({ ended }) => ended));
    },
  };
}
