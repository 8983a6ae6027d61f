/**
 * Manners towards BMCs, around any driver: one command at a time to each with a gap between, a cap over all, and rest
 * for one that does not answer (circuit breaker) or says that it is busy.
 */

import { createGate } from '../model/gate.ts';
import { type PowerDriver, PowerError } from '../model/power.ts';
import { createRest, type Rest, type RestOptions, type RestState } from './rest.ts';

export interface GuardClock {
  /** ms, monotonic. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface GuardOptions extends Partial<RestOptions> {
  clock: GuardClock;
  /** 0 to 1, for the jitter. */
  random(): number;
  /** Commands at once over all BMCs, default 512. */
  concurrency?: number;
}

export interface GuardedDriver extends PowerDriver {
  state(): RestState;
}

export interface Guards {
  /** All drivers with one key share one BMC's turn and rest. `gap`: ms between two commands. */
  guard(key: string, driver: PowerDriver, gap: number): GuardedDriver;
}

interface Lane {
  /** Settles when the command before is over. */
  tail: Promise<unknown>;
  /** No command before this time. */
  freeAt: number;
  rest: Rest;
}

export function createGuards(options: GuardOptions): Guards {
  const { clock, concurrency = 512 } = options;
  const gate = createGate(concurrency);
  const lanes = new Map<string, Lane>();

  function laneOf(key: string): Lane {
    const known = lanes.get(key);
    if (known) return known;
    const lane = { tail: Promise.resolve(), freeAt: 0, rest: createRest(options) };
    lanes.set(key, lane);
    return lane;
  }

  function inTurn<T>(lane: Lane, work: () => Promise<T>): Promise<T> {
    const result = lane.tail.then(work);
    lane.tail = result.catch(() => {});
    return result;
  }

  /** One command to the BMC, with gap, cap and book-keeping. */
  async function once<T>(lane: Lane, gap: number, command: () => Promise<T>): Promise<T> {
    const early = lane.freeAt - clock.now();
    if (early > 0) await clock.sleep(early);
    const leave = await gate.enter();
    try {
      const result = await command();
      lane.rest.answered();
      return result;
    } catch (error) {
      if (error instanceof PowerError) lane.rest.failed(error);
      throw error;
    } finally {
      leave();
      lane.freeAt = clock.now() + gap;
    }
  }

  return {
    guard(key, driver, gap) {
      const lane = laneOf(key);

      /** A lost or garbled read is worth one more; during a rest it is not sent at all. */
      function read<T>(command: () => Promise<T>): Promise<T> {
        return inTurn(lane, async () => {
          lane.rest.check();
          try {
            return await once(lane, gap, command);
          } catch (error) {
            if (!(error instanceof PowerError) || !WORTH_ANOTHER_READ.has(error.kind)) throw error;
            lane.rest.check();
            return once(lane, gap, command);
          }
        });
      }

      /** Sent once. After a rest the BMC has to answer a read before it is trusted with a write. */
      function write(command: () => Promise<void>): Promise<void> {
        return inTurn(lane, async () => {
          lane.rest.check();
          if (lane.rest.state().breaker === 'half-open') await once(lane, gap, () => driver.readPower());
          await once(lane, gap, command);
        });
      }

      return {
        readPower: () => read(() => driver.readPower()),
        setPower: (op) => write(() => driver.setPower(op)),
        setNextBoot: (device, firmware) => write(() => driver.setNextBoot(device, firmware)),
        describe: () => read(() => driver.describe()),
        close: () => driver.close(),
        state: () => lane.rest.state(),
      };
    },
  };
}

const WORTH_ANOTHER_READ: ReadonlySet<string> = new Set(['timeout', 'protocol']);
