/** Events in, node state out. Pure: the same events give the same state, in the store, in a plan and in a test. */

import type { Event, EventPlace, NewEvent, Reason } from './event.ts';
import type { Attempt, NodeState } from './node-state.ts';

type EventOf<R extends Reason> = Extract<NewEvent, { reason: R }>;
type Handler<R extends Reason> = (state: NodeState, event: EventOf<R>, time: number) => Partial<NodeState>;
type Handlers = { [R in Reason]?: Handler<R> };

export function newNodeState(name: string, baseline: NodeState['baseline'], time: number): NodeState {
  return {
    name,
    phase: 'found',
    phaseSince: time,
    deadline: null,
    waitingFor: 'its BMC and its own report',
    baseline,
    want: null,
    approved: null,
    attempt: null,
    attemptsUsed: 0,
    retryAt: null,
    record: null,
    signs: null,
    known: false,
    configDigest: null,
    stacks: [],
    facts: {},
    reportedAt: null,
    power: 'unknown',
    powerAt: null,
    bmc: null,
    command: null,
    pause: null,
    powerHold: null,
    stuck: null,
    cycle: null,
    foundAt: time,
  };
}

/** A change of the present attempt; nothing where there is none, or where the event speaks of another install. */
function inAttempt(state: NodeState, installId: string | null, change: Partial<Attempt>): Partial<NodeState> {
  const { attempt } = state;
  if (!attempt || (installId !== null && attempt.installId !== installId)) return {};
  return { attempt: { ...attempt, ...change } };
}

const handlers: Handlers = {
  NodeAdopted: (_state, { data }) => ({ record: data.record, known: true }),
  BaselineMoved: (_state, { data }) => ({
    baseline: { profile: data.profile, generation: data.generation },
  }),
  InstallWanted: (_state, { data }) => ({
    want: data.target,
    baseline: { profile: data.target.profile, generation: data.target.generation },
    ...{ approved: null, expired: null, failed: null },
    attemptsUsed: 0,
    retryAt: null,
    stuck: null,
  }),
  InstallUnwanted: () => ({
    want: null,
    ...{ approved: null, expired: null, failed: null },
    attempt: null,
    attemptsUsed: 0,
    retryAt: null,
    stuck: null,
  }),
  InstallApproved: (_state, { data, actor }, time) => ({
    approved: { by: actor, at: time, digest: data.digest },
    expired: null,
  }),
  ApprovalExpired: (_state, { data }) => ({ approved: null, expired: data }),
  PhaseEntered: (state, { data }, time) => ({
    phase: data.phase,
    phaseSince: time,
    deadline: data.deadline,
    waitingFor: data.waitingFor,
    ...(data.phase === 'stuck' ? {} : { stuck: null }),
    ...(data.phase === 'configuring' && data.from !== 'restarting' ? { stacks: tryAgain(state) } : {}),
  }),
  Waiting: (_state, { data }) => ({ waitingFor: data.waitingFor, deadline: data.until }),
  AttemptStarted: (_state, { data }, time) => ({
    attempt: {
      n: data.attempt,
      installId: data.installId,
      target: data.target,
      startedAt: time,
      armed: true,
      confirmedOffAt: null,
      nextBootSetAt: null,
      confirmedOnAt: null,
      scriptAt: null,
      answersAt: null,
      answersFetches: 0,
      address: null,
      progress: null,
      completedAt: null,
      failed: null,
      reportedAt: null,
    },
    attemptsUsed: data.attempt,
    retryAt: null,
    command: null,
    cycle: null,
  }),
  AttemptFailed: (state, { data }, time) => ({
    attempt: state.attempt && { ...state.attempt, armed: false },
    ...failedAt(state, time),
    command: null,
    retryAt: data.retryAt,
  }),
  Disarmed: (state, { data }) => inAttempt(state, data.installId, { armed: false }),
  InstallSettled: (state, { data }) => ({
    record: data.record,
    known: true,
    attempt: null,
    attemptsUsed: 0,
    retryAt: null,
    failed: null,
    ...(state.want?.generation === data.record.generation && state.want.profile === data.record.profile
      ? { want: null, approved: null, expired: null }
      : {}),
  }),
  Stuck: (state, { data }, time) => ({ stuck: data.why, ...failedAt(state, time) }),
  RetryRequested: () => ({ stuck: null, attemptsUsed: 0, retryAt: null }),
  Paused: (_state, { data, actor }) => ({ pause: { why: data.why, until: data.until, by: actor } }),
  Resumed: () => ({ pause: null }),
  PowerHeld: (_state, { data: { state, until, why }, actor }) => ({
    powerHold: { state, until, why, by: actor },
  }),
  PowerHoldEnded: () => ({ powerHold: null }),
  CycleRequested: (_state, { actor }, time) => ({ cycle: { by: actor, at: time, offAt: null } }),
  CycleDone: () => ({ cycle: null }),
  PowerIntent: ({ command }, { data }, time) => ({
    command: {
      op: data.op,
      at: time,
      result: 'none',
      tries: command?.op === data.op ? command.tries + 1 : 1,
    },
  }),
  // From the answer on it counts: a reading that overtook a slow command says nothing of its effect.
  PowerResult: (state, { data }, time) => ({
    command: state.command && { ...state.command, at: time, result: data.outcome },
    ...(data.op === 'next-boot-pxe' && data.outcome === 'accepted'
      ? inAttempt(state, null, { nextBootSetAt: time })
      : {}),
  }),
  PowerObserved: (state, { data }, time) => powerObserved(state, data.state, time),
  BmcUnreachable: (state, { data, message }, time) => ({
    bmc: {
      reachable: false,
      kind: data.kind,
      message,
      since: state.bmc?.reachable === false ? state.bmc.since : time,
    },
    power: 'unknown',
  }),
  BmcReachable: (_state, _event, time) => ({
    bmc: { reachable: true, kind: null, message: '', since: time },
  }),
  BootScriptServed: (state, { data }, time) =>
    data.answer === 'installer' ? inAttempt(state, null, { scriptAt: state.attempt?.scriptAt ?? time }) : {},
  // From here on the disk must be counted as lost: the record it carried is gone, and that is known.
  AnswersServed: (state, { data }, time) => ({
    record: null,
    signs: data.key === undefined ? null : { installId: data.installId, key: data.key },
    known: true,
    configDigest: null,
    stacks: [],
    ...inAttempt(state, data.installId, {
      answersAt: state.attempt?.answersAt ?? time,
      answersFetches: (state.attempt?.answersFetches ?? 0) + 1,
      address: data.address,
    }),
  }),
  InstallProgress: (state, { data }, time) =>
    inAttempt(state, data.installId, { progress: { step: data.step, percent: data.percent, at: time } }),
  InstallCompleted: (state, { data }, time) => inAttempt(state, data.installId, { completedAt: time }),
  InstallFailed: (state, { data }) => inAttempt(state, data.installId, { failed: data.why }),
  SshChecked: (state, { data }, time) => inAttempt(state, data.installId, { sshAt: time }),
  Reported: (state, { data }, time) => ({
    record: data.record ?? state.record,
    known: state.known || data.record !== null,
    configDigest: data.configDigest,
    stacks: data.stacks,
    // Told at a boot; what comes between says nothing of them.
    facts: data.boot || Object.keys(data.facts).length > 0 ? data.facts : state.facts,
    reportedAt: time,
    ...(data.record ? inAttempt(state, data.record.installId, { reportedAt: time }) : {}),
  }),
};

/** Remembered until the install settles, or something else is asked for. */
function failedAt({ attempt }: NodeState, at: number): Partial<NodeState> {
  return attempt ? { failed: { commit: attempt.target.commit, at } } : {};
}

/** What failed before is waited for once more: only a report from now on may say that it failed again. */
function tryAgain({ stacks }: NodeState): NodeState['stacks'] {
  return stacks.map((stack) => (stack.state === 'failed' ? { ...stack, state: 'running' as const } : stack));
}

/** What a fresh reading of the power state means: it confirms the command under way, or contradicts it. */
function powerObserved(state: NodeState, power: NodeState['power'], time: number): Partial<NodeState> {
  const change: Partial<NodeState> = { power, powerAt: time };
  if (power === 'unknown') return change;
  change.bmc = state.bmc ?? { reachable: true, kind: null, message: '', since: time };
  const op = state.command?.op;
  if ((power === 'off' && (op === 'off' || op === 'soft-off')) || (power === 'on' && op === 'on')) {
    change.command = null;
  }
  if (state.cycle?.offAt === null && power === 'off') change.cycle = { ...state.cycle, offAt: time };
  const { attempt, phase } = state;
  if (phase !== 'booting' || !attempt) return change;
  if (power === 'off' && attempt.confirmedOffAt === null) {
    change.attempt = { ...attempt, confirmedOffAt: time };
  } else if (power === 'on' && attempt.nextBootSetAt !== null && attempt.confirmedOnAt === null) {
    change.attempt = { ...attempt, confirmedOnAt: time };
  }
  return change;
}

/**
 * Folds one event into the states, replacing (never mutating) the node's entry.
 * Returns the node's state after the event; undefined for site-wide events and released nodes.
 */
export function fold(
  states: Map<string, NodeState>,
  event: NewEvent & Pick<EventPlace, 'time'>,
): NodeState | undefined {
  const { node } = event;
  if (node === null) return undefined;
  if (event.reason === 'NodeFound') {
    const { profile, generation } = event.data;
    const found = newNodeState(node, { profile, generation }, event.time);
    states.set(node, found);
    return found;
  }
  if (event.reason === 'NodeReleased') {
    states.delete(node);
    return undefined;
  }
  const before = states.get(node);
  if (!before) return undefined;
  const handler = handlers[event.reason] as Handler<Reason> | undefined;
  if (!handler) return before;
  const after = { ...before, ...handler(before, event, event.time) };
  states.set(node, after);
  return after;
}

/** Gives an event its place once its effect is folded. */
export function place(event: NewEvent, id: number, time: number, after: NodeState | undefined): Event {
  return { ...event, id, time, phase: after?.phase ?? null, attempt: after?.attempt?.n ?? null };
}
