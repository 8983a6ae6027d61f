/** What is known of container images: what the registries say, and what barewright itself has put where. */

import type { NewEvent } from './event.ts';
import type { Provenance } from './provenance.ts';

/** A tag that barewright wrote, as the journal's events add it up. */
export interface KeptTag {
  image: string;
  /** Host and port of the own registry. */
  registry: string;
  repository: string;
  tag: string;
  digest: string;
  /** Pools and profiles that needed it when it was written. */
  requiredBy: string[];
  /** Of what was built, as in DesiredImage; null of what was copied. */
  key: string | null;
}

/** Builds of one key that failed one after another. */
export interface FailedBuilds {
  key: string;
  count: number;
  why: string;
}

/** What a build came to. */
export interface BuiltImage {
  key: string;
  registry: string;
  repository: string;
  digest: string;
}

export interface ImageMemory {
  /** Keyed by `placeOf`, as `begun` is. */
  kept: Map<string, KeptTag>;
  /** Digests that were about to be written: perhaps they were. */
  begun: Map<string, string>;
  /** The last of each image. */
  built: Map<string, BuiltImage>;
  /** By image; those whose Dockerfile is to blame. */
  failed: Map<string, FailedBuilds>;
  /** Tags that a person lets go. */
  approved: Map<string, PruneApproval>;
}

/** Holds for what it was given for: the tag as it was, under the commit that was in force, behind the same guard. */
export interface PruneApproval {
  digest: string;
  commit: string | null;
  /** See ImageHold. */
  approval: string;
}

export interface TagObservation {
  /** What Git and upstream make it; null while that is not known. */
  wanted: { digest: string; bytes: number } | null;
  /** What the own registry has; null for nothing, `unknown` when it could not be asked. */
  present: string | null | 'unknown';
  /** Of what is present, where barewright built it. */
  provenance?: Provenance | null;
}

export interface ImageObservation {
  /** What was asked for: an observation of something else says nothing. See `askedOf`. */
  asked: string;
  tags: Map<string, TagObservation>;
  /** Tags of each range; none of a range that could not be resolved. */
  ranges: Map<string, string[]>;
  /** Why not all of it is known. */
  problem: string | null;
  /** Of the problem, as in registry/errors.ts. */
  code: string | null;
  /** ms since the epoch. */
  at: number;
}

export interface ImageKnowledge {
  /** By image. */
  observed: ReadonlyMap<string, ImageObservation>;
  memory: ImageMemory;
}

export function newImageMemory(): ImageMemory {
  return {
    ...{ kept: new Map(), begun: new Map(), approved: new Map() },
    ...{ built: new Map(), failed: new Map() },
  };
}

export function placeOf(registry: string, repository: string, tag: string): string {
  return `${registry}/${repository}:${tag}`;
}

/** Whether a code of build/errors.ts speaks of what Git says, and not of what is reachable now. */
export function blamesBuild(code: string): boolean {
  return code === 'failed' || code === 'timeout' || code === 'platform';
}

/** Takes an event into the memory; events of other kinds change nothing. */
export function foldImages(memory: ImageMemory, event: NewEvent): void {
  const { kept, begun, approved, built, failed } = memory;
  switch (event.reason) {
    case 'ImageIntent': {
      const { registry, repository, tag, digest, action } = event.data;
      if (action !== 'prune') begun.set(placeOf(registry, repository, tag), digest);
      return;
    }
    case 'ImagePut': {
      const { registry, repository, tag, image, digest, requiredBy, key = null } = event.data;
      const place = placeOf(registry, repository, tag);
      kept.set(place, { image, registry, repository, tag, digest, requiredBy, key });
      begun.delete(place);
      approved.delete(place);
      return;
    }
    case 'ImagePruneApproved': {
      const { registry, repository, tag, digest, approval } = event.data;
      approved.set(placeOf(registry, repository, tag), { digest, commit: event.commit, approval });
      return;
    }
    case 'ImageBuilt': {
      const { image, key, registry, repository, digest } = event.data;
      built.set(image, { key, registry, repository, digest });
      failed.delete(image);
      return;
    }
    case 'ImageBuildFailed': {
      const { image, key, code } = event.data;
      if (!blamesBuild(code)) return;
      const before = failed.get(image);
      const count = before?.key === key ? before.count + 1 : 1;
      failed.set(image, { key, count, why: event.message });
      return;
    }
    case 'ImagePruned': {
      const { registry, repository, tag } = event.data;
      const place = placeOf(registry, repository, tag);
      for (const known of [kept, begun, approved]) known.delete(place);
    }
  }
}
