/** Carries out what the handlers say, one node at a time: journal the intent, run, journal the result, look again. */

import type { NewEvent } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import { type PowerDriver, PowerError } from '../model/power.ts';
import { PHASE_HANDLERS } from './phases.ts';
import { entered, stuck } from './say.ts';
import type { Command, Situation } from './step.ts';

export interface RunnerPorts {
  journal: Journal;
  /** The node as it stands now, or null when Git no longer knows it. Called again before every step. */
  situation(node: string): Situation | null;
  driverFor(node: string): PowerDriver | null;
  observer: { read(node: string): Promise<void>; failed(node: string, error: PowerError): Promise<void> };
  /** Puts the boot entry in place and proves that it can be served; rejects with why not. */
  publish(situation: Situation): Promise<void>;
}

/** A node's handlers that change state this often without resting are wrong; it is said, and the node rests. */
const MAX_STEPS = 200;

/**
 * Reconciles one node until it rests. Returns when it wants to be looked at again (ms since the epoch), or null.
 * Rejects only when the journal does, or on a defect.
 */
export async function reconcileNode(name: string, ports: RunnerPorts): Promise<number | null> {
  for (let i = 0; i < MAX_STEPS; i++) {
    const situation = ports.situation(name);
    if (!situation) return null;
    const step = PHASE_HANDLERS[situation.state.phase](situation);
    if (step.events && step.events.length > 0) {
      await ports.journal.append(step.events);
    } else if (step.command) {
      await carryOut(step.command, situation, ports);
    } else {
      return step.wakeAt;
    }
  }
  throw new Error(`${name}: ${MAX_STEPS} steps without a rest; its phase handlers do not converge`);
}

async function carryOut(command: Command, s: Situation, ports: RunnerPorts): Promise<void> {
  switch (command.kind) {
    case 'read':
      return ports.observer.read(s.node.name);
    case 'publish':
      return publish(s, ports);
    case 'power':
      return withJournal(s, ports, command.op, (driver) => driver.setPower(command.op));
    case 'next-boot':
      return withJournal(s, ports, 'next-boot-pxe', (driver) => driver.setNextBoot('pxe', s.node.firmware));
  }
}

async function publish(s: Situation, { journal, publish }: RunnerPorts): Promise<void> {
  try {
    await publish(s);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    await journal.append(stuck(s, `its boot entry cannot be made: ${why}`));
    return;
  }
  const deadline = s.now + s.policy.deadlines.booting;
  await journal.append([
    entered(s, 'booting', 'the machine to boot into the installer', deadline, 'boot entry published'),
  ]);
}

type Op = Extract<NewEvent, { reason: 'PowerIntent' }>['data']['op'];

/** The intent is durable before the command leaves, the result after it (promise 8). */
async function withJournal(
  s: Situation,
  { journal, driverFor, observer }: RunnerPorts,
  op: Op,
  send: (driver: PowerDriver) => Promise<void>,
): Promise<void> {
  const node = s.node.name;
  const driver = driverFor(node);
  if (!driver) return;
  const about = { node, commit: s.state.attempt?.target.commit ?? s.commit, actor: 'daemon' };
  await journal.append([{ ...about, reason: 'PowerIntent', message: `sending: ${op}`, data: { op } }]);
  try {
    await send(driver);
    await journal.append([
      {
        ...about,
        reason: 'PowerResult',
        message: `${op} accepted`,
        data: { op, outcome: 'accepted', error: null },
      },
    ]);
  } catch (error) {
    if (!(error instanceof PowerError)) throw error;
    await journal.append([
      {
        ...about,
        reason: 'PowerResult',
        message: `${op} failed: ${error.message}`,
        data: { op, outcome: 'failed', error: error.kind },
      },
    ]);
    if (UNREACHED.has(error.kind)) await observer.failed(node, error);
  }
}

/** Failures after which nothing is known of the machine any more. */
const UNREACHED: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'auth', 'cipher']);
