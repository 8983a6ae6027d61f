import type { ImageObservation } from '../model/images.ts';
import { RegistryError } from './errors.ts';

/**
 * Waits for what a look asks; a registry's failure is noted in the observation, and \`otherwise\` stands for it. Of several
 * problems the one of the first \`place\` is told: the same one at each look.
 */
export function notingIn(observation: Pick<ImageObservation, 'problem' | 'code'>) {
  let found = Number.POSITIVE_INFINITY;
  return async <T>(place: number, work: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      // The daemon stops: nothing has been seen then.
      if (error.code === 'closed') throw error;
      if (place >= found) return otherwise;
      found = place;
      Object.assign(observation, { code: error.code, problem: error.message });
      return otherwise;
    }
  };
}
