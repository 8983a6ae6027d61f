import type { ImageObservation } from '../model/images.ts';
import { RegistryError } from './errors.ts';

/** Waits for what a look asks; a registry's failure is noted in the observation, the first of them, and `otherwise` stands for it. */
export function notingIn(observation: Pick<ImageObservation, 'problem' | 'code'>) {
  return async <T>(work: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      // The daemon stops: nothing has been seen then.
      if (error.code === 'closed') throw error;
      observation.code ??= error.code;
      observation.problem ??= error.message;
      return otherwise;
    }
  };
}
