/** Builders of the events that the reconcile itself appends; their messages are the reconcile log. */

import type { BuiltWith } from '../model/built-with.ts';
import type { InstallTarget, NewEvent, Rung } from '../model/event.ts';
import type { Phase } from '../model/phase.ts';
import type { Situation } from './step.ts';

function about(s: Situation): { node: string; commit: string; actor: string } {
  return { node: s.node.name, commit: s.state.attempt?.target.commit ?? s.commit, actor: 'daemon' };
}

export function entered(
  s: Situation,
  phase: Phase,
  waitingFor: string,
  deadline: number | null,
  message?: string,
): NewEvent {
  return {
    ...about(s),
    reason: 'PhaseEntered',
    message: message ?? (waitingFor ? `${phase}: waits for ${waitingFor}` : phase),
    data: { phase, from: s.state.phase, waitingFor, deadline },
  };
}

/** Says what it waits for, when that sentence has changed; nothing otherwise. */
export function waiting(s: Situation, waitingFor: string, until: number | null): NewEvent[] {
  if (s.state.waitingFor === waitingFor) return [];
  return [
    { ...about(s), reason: 'Waiting', message: `waits for ${waitingFor}`, data: { waitingFor, until } },
  ];
}

export function attemptStarted(s: Situation, attempt: number, target: InstallTarget): NewEvent {
  return {
    ...about(s),
    commit: target.commit,
    reason: 'AttemptStarted',
    message: `attempt ${attempt} of ${s.policy.attempts}: install ${target.profile}, generation ${target.generation} (${target.change})`,
    data: { attempt, installId: s.freshInstallId, target },
  };
}

export function attemptFailed(s: Situation, why: string, missing: Rung, retryAt: number | null): NewEvent {
  const attempt = s.state.attempt?.n ?? 0;
  return {
    ...about(s),
    reason: 'AttemptFailed',
    message: `attempt ${attempt} of ${s.policy.attempts} failed: ${why}`,
    data: { attempt, why, missing, retryAt },
  };
}

export function disarmed(s: Situation, why: string): NewEvent[] {
  const { attempt } = s.state;
  if (!attempt?.armed) return [];
  return [
    {
      ...about(s),
      reason: 'Disarmed',
      message: `network boot disarmed: ${why}`,
      data: { installId: attempt.installId, why },
    },
  ];
}

export function stuck(s: Situation, why: string): NewEvent[] {
  return [
    ...disarmed(s, 'the node is stuck'),
    { ...about(s), reason: 'Stuck', message: `stuck: ${why}`, data: { why } },
    entered(s, 'stuck', 'a person (barewright retry) or a new commit', null),
  ];
}

export function adopted(s: Situation): NewEvent[] {
  const { record } = s.state;
  if (!record) return [];
  return [
    {
      ...about(s),
      reason: 'NodeAdopted',
      message: `adopted as it is: carries ${record.profile}, generation ${record.generation}`,
      data: { record },
    },
    entered(s, 'settled', '', null),
  ];
}

export function sshChecked(s: Situation, hostKey: string): NewEvent {
  return {
    ...about(s),
    reason: 'SshChecked',
    message: 'looked at by SSH: the host key that it reported, and this install',
    data: { installId: s.state.attempt?.installId ?? '', hostKey },
  };
}

export function installSettled(s: Situation): NewEvent[] {
  const { attempt, record } = s.state;
  if (!attempt || !record) return [...configured(s), entered(s, 'settled', '', null)];
  const durationMs = s.now - attempt.startedAt;
  return [
    {
      ...about(s),
      reason: 'InstallSettled',
      message: `installed: ${record.profile}, generation ${record.generation}, in ${Math.round(durationMs / 1000)} s`,
      data: { record, durationMs, images: s.images(), ...builtWith(s) },
    },
    entered(s, 'settled', '', null),
  ];
}

/** Nothing where it did not come to what Git says, as on a node that is paused. */
function configured(s: Situation): NewEvent[] {
  if (s.state.record === null || s.state.configDigest !== s.node.configDigest) return [];
  const data = builtWith(s);
  const message = `configured in place: ${data.stacks.join(', ') || 'no stacks'}`;
  return [{ ...about(s), reason: 'Configured', message, data }];
}

function builtWith({ node, state }: Situation): BuiltWith {
  const { configDigest, stacks, facts } = state;
  const names = [facts['dmi.sys_vendor'], facts['dmi.product_name']].filter((name) => name);
  return {
    pool: node.pool,
    configDigest,
    stacks: stacks.map(({ name }) => name),
    hardware: names.length > 0 ? names.join(' ') : null,
  };
}

export function unwanted(s: Situation, why: string): NewEvent {
  return { ...about(s), reason: 'InstallUnwanted', message: `install dropped: ${why}`, data: { why } };
}

export function powerHoldEnded(s: Situation): NewEvent {
  const git = s.node.power === 'unmanaged' ? 'its power is left as it is' : `Git says ${s.node.power}`;
  const message = `the hold on its power has run out; ${git}`;
  return { ...about(s), reason: 'PowerHoldEnded', message, data: {} };
}

/** `at`: when it ran out, ms since the epoch. */
export function approvalExpired(s: Situation, at: number): NewEvent[] {
  const { approved } = s.state;
  if (!approved) return [];
  const { by } = approved;
  const message = `the approval of ${by} expired: the install had not begun`;
  return [{ ...about(s), reason: 'ApprovalExpired', message, data: { by, at } }];
}

export function cycleDone(s: Situation): NewEvent {
  return { ...about(s), reason: 'CycleDone', message: 'power cycle done', data: {} };
}
