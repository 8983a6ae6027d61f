/** The power port: what the daemon asks of any kind of BMC. Drivers stand in `drivers/`. */

import type { PowerOp, PowerState } from './phase.ts';
import type { Firmware } from './site.ts';

export interface PowerDriver {
  /** Reads the power state. */
  readPower(): Promise<Exclude<PowerState, 'unknown'>>;
  /** Asks for a power operation. Resolving means accepted, not done: read the state until it has changed. */
  setPower(op: PowerOp): Promise<void>;
  /** Sets the device of the next boot only and reads the flags back; rejects when they did not stick. */
  setNextBoot(device: 'pxe' | 'disk', firmware: Firmware): Promise<void>;
  /** Manufacturer, firmware revision and the like, as text for a person. */
  describe(): Promise<string>;
  close(): Promise<void>;
}

export type PowerErrorKind =
  | 'unreachable'
  | 'timeout'
  | 'busy'
  | 'not-ready'
  | 'auth'
  | 'privilege'
  | 'cipher'
  | 'invalid-state'
  | 'unsupported'
  | 'not-confirmed'
  | 'protocol';

/** What the caller may do about it. `reread`: the command may have arrived, so read the state before anything else. */
export type Recourse = 'retry' | 'reread' | 'wait' | 'never';

const RECOURSE: Record<PowerErrorKind, Recourse> = {
  unreachable: 'retry',
  timeout: 'reread',
  busy: 'wait',
  'not-ready': 'wait',
  auth: 'never',
  privilege: 'never',
  cipher: 'never',
  'invalid-state': 'reread',
  unsupported: 'never',
  'not-confirmed': 'reread',
  protocol: 'retry',
};

/** A power command or reading that failed, with what may be done about it. */
export class PowerError extends Error {
  override readonly name = 'PowerError';
  readonly kind: PowerErrorKind;

  constructor(kind: PowerErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }

  get recourse(): Recourse {
    return RECOURSE[this.kind];
  }
}
