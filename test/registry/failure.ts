import { RegistryError, type RegistryErrorCode } from '../../src/registry/errors.ts';

/** How something failed that had to. */
export async function failure(work: Promise<unknown>): Promise<[RegistryErrorCode | 'none', string]> {
  try {
    await work;
    return ['none', ''];
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return [error.code, error.message];
  }
}
