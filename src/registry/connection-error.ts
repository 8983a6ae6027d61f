/** What a connection says when it fails, as an error a person can act on. */

import { connectionWords, distrustWords, isDiskFull } from '../model/connection-words.ts';
import { RegistryError } from './errors.ts';

/** Takes what was thrown while speaking to `registry` (host and port). Passes RegistryErrors on as they are. */
export function connectionError(error: unknown, registry: string, signal?: AbortSignal): RegistryError {
  if (error instanceof RegistryError) return error;
  const options = { cause: error };
  if (signal?.aborted) return new RegistryError('closed', `${registry}: given up`, options);
  if (isDiskFull(error)) return new RegistryError('no-space', 'the disk of this machine is full', options);
  const distrust = distrustWords(error);
  if (distrust !== null) return new RegistryError('tls', `${registry} is not trusted: ${distrust}`, options);
  return new RegistryError(
    'unreachable',
    `${registry} cannot be reached: ${connectionWords(error)}`,
    options,
  );
}
