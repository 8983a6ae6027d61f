/** The way from an operation to a BMC: a session of our own, or a program that has one. */

import type { CompletionKinds } from './refusals.ts';

/** An IPMI command and its data. */
export interface BmcCommand {
  /** For messages: `Chassis Control`. */
  name: string;
  netFn: number;
  command: number;
  data?: Buffer;
  /** Changes something: sent once, never repeated. */
  write: boolean;
  /** Completion codes that this command alone has. */
  refusals?: CompletionKinds;
}

/** Sends one command. Resolves with the data of the answer; rejects with PowerError, also for a completion code. */
export type SendCommand = (command: BmcCommand) => Promise<Buffer>;

/** User reads the power state; everything else wants an operator (IPMI 2.0 appendix G). */
export type BmcRole = 'user' | 'operator';

export interface CommandChannel {
  /** Calls `use` with a way to send; whatever was opened for that is closed when it ends. */
  run<T>(role: BmcRole, use: (send: SendCommand) => Promise<T>): Promise<T>;
  /** `own client, cipher suite 17`. */
  describe(): string;
  close(): Promise<void>;
}
