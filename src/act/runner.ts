/** Carries out what the handlers say, one node at a time: journal the intent, run, journal the result, look again. */

import type { NewEvent } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import { NotYet } from '../model/not-yet.ts';
import { type PowerDriver, PowerError } from '../model/power.ts';
import { WAITS_FOR } from '../model/rung.ts';
import { PHASE_HANDLERS } from './phases.ts';
import { entered, sshChecked, stuck, waiting } from './say.ts';
import { type Command, earlier, type Situation } from './step.ts';

export type SshOutcome = { ok: true; hostKey: string } | { ok: false; why: string };

export interface RunnerPorts {
  journal: Journal;
  /** The node as it stands now, or null when Git no longer knows it. Called again before every step. */
  situation(node: string): Situation | null;
  driverFor(node: string): PowerDriver | null;
  observer: { read(node: string): Promise<void>; failed(node: string, error: PowerError): Promise<void> };
  /** Puts the boot entry in place and proves that it can be served; rejects with why not, `NotYet` for later. */
  publish(situation: Situation): Promise<void>;
  /** Logs in to the system that was installed; says why it is not proven to be that one. */
  sshCheck(situation: Situation): Promise<SshOutcome>;
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
      const restUntil = await carryOut(step.command, situation, ports);
      if (restUntil !== null) return restUntil;
    } else {
      return earlier(step.wakeAt, situation.changesAt);
    }
  }
  throw new Error(`${name}: ${MAX_STEPS} steps without a rest; its phase handlers do not converge`);
}

/** Null to look again at once, or the time until which the node is to rest. */
async function carryOut(command: Command, s: Situation, ports: RunnerPorts): Promise<number | null> {
  switch (command.kind) {
    case 'read':
      await ports.observer.read(s.node.name);
      return null;
    case 'publish':
      return publish(s, ports);
    case 'ssh-check':
      return checkSsh(s, ports);
    case 'power':
      await withJournal(s, ports, command.op, (driver) => driver.setPower(command.op));
      return null;
    case 'next-boot':
      await withJournal(s, ports, 'next-boot-pxe', (driver) => driver.setNextBoot('pxe', s.node.firmware));
      return null;
  }
}

async function publish(s: Situation, { journal, publish }: RunnerPorts): Promise<number | null> {
  try {
    await publish(s);
  } catch (error) {
    if (error instanceof NotYet) return later(s, error, journal);
    const why = error instanceof Error ? error.message : String(error);
    await journal.append(stuck(s, `its boot entry cannot be made: ${why}`));
    return null;
  }
  const deadline = s.now + s.policy.deadlines.booting;
  await journal.append([
    entered(s, 'booting', 'the machine to boot into the installer', deadline, 'boot entry published'),
  ]);
  return null;
}

/** Between two looks at a system that is not ready yet, ms. */
const SSH_PAUSE = 5_000;

async function checkSsh(s: Situation, { journal, sshCheck }: RunnerPorts): Promise<number | null> {
  const outcome = await sshCheck(s);
  if (!outcome.ok)
    return later(s, new NotYet(`${WAITS_FOR.ssh}: ${outcome.why}`, s.now + SSH_PAUSE), journal);
  await journal.append([sshChecked(s, outcome.hostKey)]);
  return null;
}

/** Says what is waited for and rests, at most until the deadline that the phase has anyway. */
async function later(s: Situation, { message, retryAt }: NotYet, journal: Journal): Promise<number> {
  const { deadline } = s.state;
  const events = waiting(s, message, deadline);
  if (events.length > 0) await journal.append(events);
  return deadline === null ? retryAt : Math.min(retryAt, deadline);
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
