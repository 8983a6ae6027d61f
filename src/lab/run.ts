/** One run of a machine, from power to loss of power: everything it waits for ends the moment the power goes. */

import type { LabClock } from './clock.ts';
import type { HttpAnswer, HttpPort, HttpRequest } from './http-port.ts';

/** Unwinds whatever a machine was doing when it loses power. Caught by the machine alone. */
export class PowerLost extends Error {
  override readonly name = 'PowerLost';
}

export interface Run {
  /** Waits `ms` of lab time. Rejects with `PowerLost`. */
  sleep(ms: number): Promise<void>;
  /** Asks over HTTP; null when nothing answered. Rejects with `PowerLost` only. */
  request(request: HttpRequest): Promise<HttpAnswer | null>;
  /** Ends the run. */
  cancel(): void;
}

/**
 * Starts a run. A machine does one thing at a time, so a run has at most one timer or request pending:
 * ten thousand machines cost ten thousand timers.
 */
export function createRun(clock: LabClock, http: HttpPort): Run {
  let over = false;
  let interrupt: (() => void) | null = null;

  function wait<T>(start: (resolve: (value: T) => void) => () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (over) return reject(new PowerLost());
      const stop = start((value) => {
        interrupt = null;
        resolve(value);
      });
      interrupt = () => {
        interrupt = null;
        stop();
        reject(new PowerLost());
      };
    });
  }

  return {
    sleep: (ms) => wait((done) => clock.after(ms, () => done(undefined))),
    request: (request) =>
      wait((done) => {
        const abort = new AbortController();
        let asking = true;
        http({ ...request, signal: abort.signal }).then(
          (answer) => asking && done(answer),
          () => asking && done(null),
        );
        return () => {
          asking = false;
          abort.abort();
        };
      }),
    cancel() {
      over = true;
      interrupt?.();
    },
  };
}
