/** The port to whatever takes messages. A kind is a file beside this; one contract suite holds for all. */

import type { SecretRef } from '../model/secret-ref.ts';
import type { Message } from '../notify/message.ts';

export interface Channel {
  /** Resolves once the other side has taken it, to what it answered, for a person. Rejects with ChannelError. */
  tell(message: Message): Promise<string>;
  /** Where the other side forgets: tells it all that is open, again. To be called about once a minute. */
  refresh?(open: readonly Message[]): Promise<void>;
  close(): Promise<void>;
}

/** What a channel is given beside its declaration. */
export interface ChannelPorts {
  read(ref: SecretRef): Promise<string>;
  clock(): number;
  /** For one message as a whole, ms. */
  timeout: number;
  /** Of the environment: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`. */
  proxies: { http: string; https: string; except: string };
}

/**
 * - `unreachable`: nobody answers, or the connection breaks. `tls`: its certificate is not trusted, or it speaks no TLS.
 * - `secret`: a secret cannot be read, or is none. `refused`: the login or the address is not taken.
 * - `rejected`: this message is not taken. `redirected`: it sends us elsewhere, where no secret goes.
 * - `rate-limited`: it wants to be left alone. `server`: it is not well.
 */
export type ChannelErrorCode =
  | 'unreachable'
  | 'tls'
  | 'secret'
  | 'refused'
  | 'rejected'
  | 'redirected'
  | 'rate-limited'
  | 'server';

/** Its message never holds a secret. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly code: ChannelErrorCode;
  /** How long it wants to be left alone, ms; null where that is not said. */
  readonly pause: number | null;

  constructor(code: ChannelErrorCode, message: string, pause: number | null = null) {
    super(message);
    this.code = code;
    this.pause = pause;
  }
}
