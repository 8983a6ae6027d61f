/** Reads power states and journals what has changed; an unanswered BMC leaves the state unknown (promise 9). */

import type { NewEvent } from '../model/event.ts';
import { fold } from '../model/fold.ts';
import type { Journal } from '../model/journal.ts';
import type { NodeState } from '../model/node-state.ts';
import { type PowerDriver, PowerError } from '../model/power.ts';

export interface Reading {
  /** When the BMC was last asked, ms since the epoch; 0: never since the start. */
  at: number;
  /** Unanswered readings in a row. */
  failures: number;
}

export interface PowerObserver {
  /** Asks one node's BMC. Never rejects for what a BMC does; the outcome is in the journal. */
  read(node: string): Promise<void>;
  /** Journals a failure that a command met. */
  failed(node: string, error: PowerError): Promise<void>;
  lastReading(node: string): Reading;
  forget(node: string): void;
}

interface Ports {
  journal: Journal;
  /** Null for a node without a BMC. */
  driverFor(node: string): PowerDriver | null;
  clock(): number;
}

const NEVER: Reading = { at: 0, failures: 0 };

export function createPowerObserver({ journal, driverFor, clock }: Ports): PowerObserver {
  const readings = new Map<string, Reading>();

  async function read(node: string): Promise<void> {
    const driver = driverFor(node);
    if (!driver) {
      // Counted as unanswered, so that whoever asks on and on slows down.
      readings.set(node, { at: clock(), failures: lastReading(node).failures + 1 });
      return;
    }
    try {
      const power = await driver.readPower();
      readings.set(node, { at: clock(), failures: 0 });
      await journalReading(node, power);
    } catch (error) {
      if (!(error instanceof PowerError)) throw error;
      readings.set(node, { at: clock(), failures: lastReading(node).failures + 1 });
      await failed(node, error);
    }
  }

  async function journalReading(node: string, power: 'on' | 'off'): Promise<void> {
    const state = journal.state(node);
    if (!state) return;
    const events: NewEvent[] = [];
    const about = { node, commit: null, actor: 'daemon' };
    if (state.bmc?.reachable === false) {
      const unreachableSince = state.bmc.since;
      events.push({
        ...about,
        reason: 'BmcReachable',
        message: 'its BMC answers again',
        data: { unreachableSince },
      });
    }
    const seen: NewEvent = {
      ...about,
      reason: 'PowerObserved',
      message: state.power === power ? `power is ${power}` : `power ${state.power} → ${power}`,
      data: { state: power, previous: state.power },
    };
    if (tellsNews(state, seen, clock())) events.push(seen);
    if (events.length > 0) await journal.append(events);
  }

  async function failed(node: string, error: PowerError): Promise<void> {
    const state = journal.state(node);
    if (!state || (state.bmc?.reachable === false && state.bmc.kind === error.kind)) return;
    await journal.append([
      {
        node,
        commit: null,
        actor: 'daemon',
        reason: 'BmcUnreachable',
        message: error.message,
        data: { kind: error.kind },
      },
    ]);
  }

  function lastReading(node: string): Reading {
    return readings.get(node) ?? NEVER;
  }

  return { read, failed, lastReading, forget: (node) => void readings.delete(node) };
}

/** A reading is journaled only when it changes what is known: the state, or the confirmation of a command. */
function tellsNews(state: NodeState, event: NewEvent, time: number): boolean {
  const after = fold(new Map([[state.name, state]]), { ...event, time });
  return (
    after !== undefined &&
    (after.power !== state.power ||
      after.command !== state.command ||
      after.attempt !== state.attempt ||
      after.cycle !== state.cycle)
  );
}
