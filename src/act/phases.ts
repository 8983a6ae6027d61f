/** State → handler. Pure: each looks at the situation and says what to do next; the default is to stay. */

import type { InstallTarget } from '../model/event.ts';
import { patienceEnds } from '../model/patience.ts';
import type { Phase } from '../model/phase.ts';
import { wishedPower } from '../model/power-hold.ts';
import { approvalEnds, isNewWish, needless } from '../model/wish.ts';
import { beginAttempt, failAttempt, letGo } from './attempts.ts';
import { booting } from './booting.ts';
import { powerTowards } from './power-steps.ts';
import {
  adopted,
  approvalExpired,
  cycleDone,
  disarmed,
  entered,
  installSettled,
  powerHoldEnded,
  stuck,
  unwanted,
  waiting,
} from './say.ts';
import { type Handler, readAgain, record, run, type Situation, type Step, stay, within } from './step.ts';

export const PHASE_HANDLERS: Record<Phase, Handler> = {
  found: minding(found),
  settled: minding(settled),
  held: minding(held),
  arming: minding(arming),
  booting: minding(booting),
  installing: minding(installing),
  restarting: minding(restarting),
  configuring: minding(configuring),
  stuck: minding(stuckPhase),
};

/** A hold on the power ends by itself, in whatever phase, and says so. */
function minding(handler: Handler): Handler {
  return (s) => {
    const { powerHold } = s.state;
    if (!powerHold) return handler(s);
    return s.now >= powerHold.until ? record(powerHoldEnded(s)) : within(powerHold.until, handler(s));
  };
}

function found(s: Situation): Step {
  const { state, policy, now } = s;
  if (state.want) return wantsInstall(s) ?? stay(null);
  if (state.known) return record(...adopted(s));
  const patience = patienceEnds(state, policy.reportInterval);
  if (now < patience) return within(patience, correctPower(s) ?? stay(null));
  return record(
    entered(
      s,
      'held',
      reportOrPerson(s),
      null,
      'held: it has not reported what its disk carries, so it will not be touched without a person',
    ),
  );
}

function settled(s: Situation): Step {
  if (s.state.want) return wantsInstall(s) ?? stay(null);
  const step = cycle(s) ?? correctPower(s);
  if (step) return step;
  const configure = s.actions.find((action) => action.kind === 'configure');
  if (configure && !configure.hold && s.state.power === 'on') {
    return record(
      entered(s, 'configuring', 'its stacks to be applied at its next report', s.now + s.timeouts.configure),
    );
  }
  return quiet(s);
}

function held(s: Situation): Step {
  const { state } = s;
  if (state.want) return wantsInstall(s) ?? stay(null);
  if (state.known) return record(...(state.record ? adopted(s) : [entered(s, 'settled', '', null)]));
  // What it waited for before may be of a wish that was dropped.
  const events = waiting(s, reportOrPerson(s), null);
  return events.length > 0 ? record(...events) : (correctPower(s) ?? stay(null));
}

function reportOrPerson({ node }: Situation): string {
  return `a report of what it carries, or: barewright approve ${node.name}`;
}

/** An install is wanted: begin it, or say which guard keeps it back. */
function wantsInstall(s: Situation): Step | null {
  const { state, now } = s;
  const why = needless(state);
  if (why !== null) return record(unwanted(s, why));
  const ended = approvalEnds(state, s.policy.approvalExpiry);
  if (ended !== null && now >= ended) return record(...approvalExpired(s, ended));
  const action = s.actions.find(({ kind }) => kind === 'install');
  if (!action || !state.want) return null;
  if (action.hold) {
    return hold(s, `${state.want.change}: ${action.hold.why}`, action.hold.guard !== 'paused');
  }
  if (state.retryAt !== null && now < state.retryAt) return stay(state.retryAt);
  // No attempt is used up, and no other node kept waiting, for files that are still being fetched.
  if (s.awaits !== null) return hold(s, `${state.want.change}: ${s.awaits}`, true);
  return beginAttempt(s, state.want satisfies InstallTarget);
}

/** Keeps the install back and says why; the machine's power is looked after meanwhile. */
function hold(s: Situation, sentence: string, mayCycle: boolean): Step {
  if (s.state.phase !== 'held') return record(entered(s, 'held', sentence, null, `held: ${sentence}`));
  const events = waiting(s, sentence, null);
  if (events.length > 0) return record(...events);
  return (mayCycle ? cycle(s) : null) ?? correctPower(s) ?? stay(null);
}

/** Power drift, when the plan says that it is to be corrected now. */
function correctPower(s: Situation): Step | null {
  const action = s.actions.find(({ kind }) => kind === 'power-on' || kind === 'power-off');
  if (!action) return null;
  if (action.hold) return null;
  return powerTowards(action.kind === 'power-on' ? 'on' : 'off', s);
}

/** One power cycle that was asked for: off, confirmed, then on through the ordinary correction. */
function cycle(s: Situation): Step | null {
  if (!s.state.cycle) return null;
  if (s.state.cycle.offAt === null) return powerTowards('off', s) ?? readAgain(s);
  if (wishedPower(s.node, s.state, s.now) !== 'off') {
    const step = powerTowards('on', s);
    if (step) return step;
  }
  return record(cycleDone(s));
}

function quiet(s: Situation): Step {
  const events = waiting(s, '', null);
  return events.length > 0 && s.state.waitingFor !== '' ? record(...events) : stay(null);
}

function arming(s: Situation): Step {
  const { state, now } = s;
  const over = letGo(s);
  if (over) return over;
  if (state.deadline !== null && now >= state.deadline) {
    return failAttempt(s, 'its boot entry could not be published in time', 'boot-script');
  }
  return run({ kind: 'publish' });
}

function installing(s: Situation): Step {
  const { attempt, deadline } = s.state;
  if (!attempt) return record(entered(s, 'settled', '', null));
  if (attempt.failed !== null) return failAttempt(s, `the installer says: ${attempt.failed}`, 'installed');
  if (attempt.completedAt !== null) {
    return record(
      ...disarmed(s, 'the installer is done'),
      entered(s, 'restarting', 'its first boot from disk to report', s.now + s.policy.deadlines.restarting),
    );
  }
  if (deadline !== null && s.now >= deadline) {
    const last = attempt.progress ? `; last heard of: ${attempt.progress.step}` : '; it reported no progress';
    return failAttempt(s, `the installer did not finish in time${last}`, 'installed');
  }
  return stay(deadline);
}

function restarting(s: Situation): Step {
  const { attempt, deadline } = s.state;
  if (!attempt) return record(entered(s, 'settled', '', null));
  if (attempt.reportedAt !== null) {
    return record(entered(s, 'configuring', 'every stack to report ok', s.now + s.timeouts.configure));
  }
  if (deadline !== null && s.now >= deadline) {
    return failAttempt(s, 'installed, but its first boot from disk never reported', 'first-boot');
  }
  return within(deadline, keepOn(s));
}

/** What a machine is to report never comes while it is off. */
function keepOn(s: Situation): Step {
  return (s.state.power === 'off' ? powerTowards('on', s) : null) ?? stay(null);
}

function configuring(s: Situation): Step {
  const { state, node, now } = s;
  if (isNewWish(state))
    return record(...disarmed(s, 'another install is wanted'), entered(s, 'held', 'its turn', null));
  // Git names another profile by now and asks for no install: these stacks will never be reported.
  const another = state.record?.profile !== node.profile;
  // Switched off meanwhile: its power comes first, as Git says it.
  if (!state.attempt && (another || state.power === 'off')) return record(entered(s, 'settled', '', null));
  const failed = state.stacks.find((stack) => stack.state === 'failed');
  if (failed) return record(...stuck(s, `stack ${failed.name} failed: ${failed.message ?? 'no message'}`));
  const applied = state.stacks.every((stack) => stack.state === 'ok');
  // Paused, it is told to apply nothing more: what is missing is a change of its configuration, and waits for the pause.
  const done = applied && (s.isPaused || state.configDigest === node.configDigest);
  const late = state.deadline !== null && now >= state.deadline;
  if (done && awaitsSsh(s)) {
    return late
      ? record(...stuck(s, `installed, but not proven by SSH: waited for ${state.waitingFor}`))
      : run({ kind: 'ssh-check' });
  }
  if (done) return record(...installSettled(s));
  if (late) {
    return record(...stuck(s, 'its stacks were not reported ok in time'));
  }
  return within(state.deadline, keepOn(s));
}

/** A fresh install is to be looked at by SSH, and was not yet. */
function awaitsSsh({ state, policy }: Situation): boolean {
  return policy.sshCheck !== null && state.attempt !== null && state.attempt.sshAt == null;
}

/** Only a person or a commit frees a stuck node; or a late report that all is well after all. */
function stuckPhase(s: Situation): Step {
  const { state, node } = s;
  const installed = state.attempt?.completedAt != null || (state.attempt === null && state.record !== null);
  const wellAfterAll =
    installed &&
    !awaitsSsh(s) &&
    state.record !== null &&
    state.configDigest === node.configDigest &&
    state.stacks.every((stack) => stack.state === 'ok') &&
    (state.attempt === null || state.record.installId === state.attempt.installId);
  if (wellAfterAll) return record(...installSettled(s));
  if (state.stuck !== null) return correctPower(s) ?? stay(null);
  if (installed && state.record !== null && !isNewWish(state)) {
    return record(entered(s, 'configuring', 'every stack to report ok', s.now + s.timeouts.configure));
  }
  return record(entered(s, 'held', 'its turn', null));
}
