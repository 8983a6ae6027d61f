/** What keeps images from being as declared: said once for as long as it lasts, and held ready for views. */

import type { NewEvent } from '../../model/event.ts';
import type { Journal } from '../../model/journal.ts';
import { shortDigest } from '../../plan/say-images.ts';
import { hintOf, RegistryError } from '../../registry/errors.ts';

export interface Troubles {
  /** Does something for an image, or for all (null). A RegistryError is said, until it is settled, and answered with undefined. */
  guard<T>(image: string | null, work: () => Promise<T>): Promise<T | undefined>;
  /** What is wrong as far as one look could tell; null for nothing. */
  looked(image: string, problem: string | null, code: string | null): Promise<void>;
  /** Something is wrong, until it is settled. */
  note(image: string, problem: string, error: { code: string; hint: string }): Promise<void>;
  /** What was to be done for the image, or for all (null), is done. */
  settled(image: string | null): void;
  /** Journals a tag that is not what barewright put there, once for each thing that it became. */
  drift(image: string, tag: string, put: string, found: string | null, commit: string): Promise<void>;
  of(image: string): string | null;
}

export function createTroubles(journal: Pick<Journal, 'append'>): Troubles {
  /** By image; of those without one, under the empty name. What a look found stands apart from what an action met. */
  const known = new Map<string, Set<string>>();
  const seen = new Map<string, string>();
  const drifted = new Map<string, string | null>();

  /** Several tags of an image may each meet something else: the last one is shown, and each is journaled once. */
  async function met(image: string, problem: string, code: string, hint?: string): Promise<void> {
    const problems = known.get(image) ?? new Set();
    known.set(image, problems);
    const isNew = !problems.delete(problem);
    problems.add(problem);
    if (isNew) await say(image, problem, code, hint);
  }

  async function say(image: string, problem: string, code: string, hint = hintOf(code)): Promise<void> {
    const what = image === '' ? 'images cannot be kept' : `image ${image}`;
    const message = `${what}: ${problem}. ${hint}`.trimEnd();
    await journal.append([event('ImageProblem', message, null, { image, tag: null, code })]);
  }

  const lastOf = (image: string) => [...(known.get(image) ?? [])].at(-1);

  return {
    async guard(image, work) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof RegistryError)) throw error;
        // The daemon stops: that is no news of an image.
        if (error.code !== 'closed') await met(image ?? '', error.message, error.code);
        return undefined;
      }
    },
    async looked(image, problem, code) {
      const before = seen.get(image) ?? null;
      if (problem === null || code === null) {
        seen.delete(image);
        return;
      }
      seen.set(image, problem);
      if (problem !== before) await say(image, problem, code);
    },
    note: (image, problem, { code, hint }) => met(image, problem, code, hint),
    settled: (image) => void known.delete(image ?? ''),
    async drift(image, tag, put, found, commit) {
      const key = `${image}:${tag}`;
      const was = drifted.get(key);
      if (found === put) {
        drifted.delete(key);
        return;
      }
      if (was === found) return;
      drifted.set(key, found);
      const what = found === null ? 'was removed' : `was moved to ${shortDigest(found)}`;
      const message = `${key} ${what} by somebody; barewright had put ${shortDigest(put)} there`;
      await journal.append([event('ImageDrift', message, commit, { image, tag, put, found })]);
    },
    of: (image) => lastOf(image) ?? seen.get(image) ?? lastOf('') ?? null,
  };
}

function event<R extends 'ImageProblem' | 'ImageDrift'>(
  reason: R,
  message: string,
  commit: string | null,
  data: Extract<NewEvent, { reason: R }>['data'],
): NewEvent {
  return { node: null, commit, actor: 'daemon', reason, message, data } as NewEvent;
}
