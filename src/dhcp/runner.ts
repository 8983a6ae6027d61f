/** One way to have dnsmasq run. Its calls come one after the other. */

import type { ConfigFiles } from './config-files.ts';

export type Applied = 'unchanged' | 'reloaded' | 'restarted';

export interface Runner {
  /**
   * Puts files in force. Rejects with a DhcpError when it cannot; then those of before are in force again, where there were
   * any and it can be done.
   */
  apply(files: ConfigFiles): Promise<Applied>;
  /** Answers from the last good files, where it does not yet. Rejects with a DhcpError when it cannot. */
  goOn(): Promise<void>;
  /** What is answered from; null while nothing is. */
  inForce(): ConfigFiles | null;
  /** What it said at its start that somebody should know. */
  warnings(): readonly string[];
  close(): Promise<void>;
}
