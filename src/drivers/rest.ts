/** How long a BMC is left alone: growing times while it does not answer, a fixed time after it said "busy" or "not ready". */

import { PowerError } from '../model/power.ts';

export interface RestOptions {
  /** Unanswered commands in a row that open the circuit breaker, default 3. */
  failures: number;
  /** First rest and longest rest of the breaker, ms; default 10 s doubling up to 15 min. */
  firstRest: number;
  longestRest: number;
  /** Rest after "busy" and after "not ready", ms; default 60 s and 10 s. */
  busyRest: number;
  notReadyRest: number;
}

export interface RestState {
  /** `half-open`: the rest is over, and the next read shows whether it helped. */
  breaker: 'closed' | 'open' | 'half-open';
  /** Unanswered commands in a row. */
  failures: number;
  /** Nothing is sent before this time of the clock; null: at once. */
  until: number | null;
}

export interface Rest {
  /** Throws the error of the failure that began the rest while the rest lasts. */
  check(): void;
  answered(): void;
  failed(error: PowerError): void;
  state(): RestState;
}

const DEFAULTS: RestOptions = {
  failures: 3,
  firstRest: 10_000,
  longestRest: 15 * 60_000,
  busyRest: 60_000,
  notReadyRest: 10_000,
};

export function createRest(
  options: Partial<RestOptions> & { clock: { now(): number }; random(): number },
): Rest {
  const { clock, random } = options;
  const limits = { ...DEFAULTS, ...options };
  let failures = 0;
  let until = 0;
  let last: PowerError | undefined;

  function restFor(ms: number, error: PowerError): void {
    until = clock.now() + ms;
    last = error;
  }

  /** 10 s·2ⁿ with a tenth of jitter either way, so that a rack that came back is not asked all at once. */
  function breakerRest(): number {
    const doubled = limits.firstRest * 2 ** Math.min(failures - limits.failures, 30);
    return Math.min(doubled, limits.longestRest) * (0.9 + 0.2 * random());
  }

  return {
    check() {
      const left = until - clock.now();
      if (!last || left <= 0) return;
      throw new PowerError(last.kind, `${last.message}; asked again in ${Math.ceil(left / 1000)} s`, {
        cause: last,
      });
    },
    answered() {
      failures = 0;
      until = 0;
    },
    failed(error) {
      if (error.kind === 'unreachable' || error.kind === 'timeout') {
        failures += 1;
        if (failures >= limits.failures) restFor(breakerRest(), error);
        return;
      }
      // Whatever else it said: it is there.
      failures = 0;
      if (error.kind === 'busy') restFor(limits.busyRest, error);
      if (error.kind === 'not-ready') restFor(limits.notReadyRest, error);
    },
    state() {
      const resting = clock.now() < until;
      const tripped = failures >= limits.failures;
      return {
        breaker: tripped ? (resting ? 'open' : 'half-open') : 'closed',
        failures,
        until: resting ? until : null,
      };
    },
  };
}
