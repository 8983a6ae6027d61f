/** Which cipher suite to log in with. */

import type { CipherSuiteId } from '../../ipmi/cipher-suite.ts';
import { PowerError } from '../../model/power.ts';
import type { BmcMemory } from '../bmc-memory.ts';

/**
 * Tries the suite that worked last, or 17, and the other one only when the BMC refuses the first: by the log-in,
 * before any command has left. Remembers what worked.
 */
export async function withSuite<T>(
  memory: BmcMemory,
  attempt: (suite: CipherSuiteId) => Promise<T>,
): Promise<T> {
  const first = memory.suite ?? 17;
  try {
    return await settled(first);
  } catch (error) {
    if (!(error instanceof PowerError) || error.kind !== 'cipher') throw error;
  }
  return settled(first === 17 ? 3 : 17);

  async function settled(suite: CipherSuiteId): Promise<T> {
    const result = await attempt(suite);
    memory.suite = suite;
    return result;
  }
}
