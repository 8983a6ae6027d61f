/**
 * What the boot plane answers, and what its requests prove. The installer is handed out only to the node whose present
 * attempt is armed and booting; everything else boots its own disk (promise 6).
 */

import type { NewEvent } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import type { Attempt, NodeState } from '../model/node-state.ts';
import type { BootLoader } from '../model/site.ts';
import { needless } from '../model/wish.ts';
import { createQuiet } from './quiet.ts';
import type { Tokens } from './tokens.ts';

/** An installer may lose its connection and ask again; a token that is asked for more often is void. */
export const MAX_ANSWER_FETCHES = 3;

export interface BootNode {
  name: string;
  /** Reserved address of the boot interface; null where DHCP chooses. */
  address: string | null;
}

export interface BootDeskPorts {
  journal: Journal;
  tokens: Tokens;
  nodeByMac(mac: string): BootNode | null;
  nodeByName(name: string): BootNode | null;
  /** Addresses are compared with the inventory only where nodes really hold them (not behind the simulated rack). */
  bindAddresses: boolean;
  /** What the installer is given; called before the request counts as evidence, so that a throw is none. */
  renderScript(node: string, attempt: Attempt, answersToken: string, loader: BootLoader): string;
  /** Null when its installer has no file of that name. */
  renderAnswers(
    node: string,
    attempt: Attempt,
    callbackToken: string,
    file: string,
  ): string | Uint8Array | null;
  clock(): number;
}

export type ScriptAnswer = { kind: 'unknown' } | { kind: 'local-disk' } | { kind: 'installer'; text: string };
export type CallbackAnswer =
  | { ok: true; node: string }
  | { ok: false; why: 'bad-token' | 'wrong-address' | 'not-armed' };
export type AnswersAnswer =
  | { ok: true; node: string; content: string | Uint8Array }
  | { ok: false; why: 'unknown-file' }
  | Extract<CallbackAnswer, { ok: false }>;
type Refusal = Extract<CallbackAnswer, { ok: false }>['why'];

export interface BootDesk {
  /** `mac` in lower case with colons; `loader`: who asks, and in whose language it is to be; default `ipxe`. */
  script(mac: string, address: string, loader?: BootLoader): Promise<ScriptAnswer>;
  answers(token: string, file: string, address: string): Promise<AnswersAnswer>;
  callback(token: string, address: string, event: CallbackEvent): Promise<CallbackAnswer>;
}

export type CallbackEvent =
  | { kind: 'progress'; step: string; percent: number | null }
  | { kind: 'complete' }
  | { kind: 'failed'; why: string };

export function createBootDesk(ports: BootDeskPorts): BootDesk {
  const { journal, tokens, nodeByMac, nodeByName, bindAddresses, clock } = ports;
  const worthRefusing = createQuiet(clock, 500);
  const worthSaying = createQuiet(clock, 20_000);

  async function script(mac: string, address: string, loader: BootLoader = 'ipxe'): Promise<ScriptAnswer> {
    const node = nodeByMac(mac);
    if (!node) {
      await refuse(null, 'unknown-mac', `boot script asked for by unknown MAC ${mac}`, address);
      return { kind: 'unknown' };
    }
    const state = journal.state(node.name);
    const attempt = state ? bootingAttempt(state) : null;
    if (!attempt) {
      await served(node.name, 'local-disk', address, state);
      return { kind: 'local-disk' };
    }
    if (!fromNode(node, address)) {
      await refused(node.name, 'wrong-address', 'boot script of the installer', address);
      return { kind: 'local-disk' };
    }
    const token = tokens.issue('answers', attempt.installId);
    const text = ports.renderScript(node.name, attempt, token, loader);
    await served(node.name, 'installer', address, state);
    return { kind: 'installer', text };
  }

  /** Not before the boot device was set for this attempt: an earlier request is a boot of its own. */
  function bootingAttempt(state: NodeState): Attempt | null {
    const { phase, attempt } = state;
    return phase === 'booting' && attempt?.nextBootSetAt != null && isOpen(state, attempt) ? attempt : null;
  }

  /** Armed, in time, and still wanted; whoever reconciles the node may not have got round to saying so yet. */
  function isOpen(state: NodeState, attempt: Attempt): boolean {
    const inTime = state.deadline === null || clock() < state.deadline;
    return attempt.armed && inTime && needless(state) === null;
  }

  async function answers(token: string, file: string, address: string): Promise<AnswersAnswer> {
    const held = holder('answers', token);
    const why = held ? refusalOfAnswers(held.state, held.attempt, held.node, address) : 'bad-token';
    if (!held || why) return refused(held?.node.name ?? null, why ?? 'bad-token', 'answers', address);
    const callbackToken = tokens.issue('callback', held.attempt.installId);
    const content = ports.renderAnswers(held.node.name, held.attempt, callbackToken, file);
    if (content === null) return { ok: false, why: 'unknown-file' };
    await journal.append([
      {
        ...by(held.node.name, held.attempt),
        reason: 'AnswersServed',
        message: `answers fetched from ${address}`,
        data: { installId: held.attempt.installId, address, key: tokens.keyName },
      },
    ]);
    return { ok: true, node: held.node.name, content };
  }

  function refusalOfAnswers(
    state: NodeState,
    attempt: Attempt,
    node: BootNode,
    address: string,
  ): Refusal | null {
    if (state.phase !== 'booting' && state.phase !== 'installing') return 'not-armed';
    if (!isOpen(state, attempt) || attempt.scriptAt === null) return 'not-armed';
    if (attempt.answersFetches >= MAX_ANSWER_FETCHES) return 'not-armed';
    if (attempt.progress || attempt.completedAt !== null || attempt.failed !== null) return 'not-armed';
    if (!fromNode(node, address) || (attempt.address !== null && attempt.address !== address)) {
      return 'wrong-address';
    }
    return null;
  }

  async function callback(token: string, address: string, event: CallbackEvent): Promise<CallbackAnswer> {
    const held = holder('callback', token);
    if (!held) return refused(null, 'bad-token', event.kind, address);
    const { node, attempt, state } = held;
    const ended = endOf(attempt);
    if (ended !== null && ended === event.kind) return { ok: true, node: node.name };
    if (
      ended !== null ||
      !attempt.armed ||
      attempt.answersAt === null ||
      (state.phase !== 'installing' && state.phase !== 'booting')
    ) {
      return refused(node.name, 'not-armed', event.kind, address);
    }
    if (attempt.address !== address) return refused(node.name, 'wrong-address', event.kind, address);
    const news = callbackEvent(node.name, attempt, event);
    if (news) await journal.append([news]);
    return { ok: true, node: node.name };
  }

  /** The node whose present attempt the token was issued for. */
  function holder(use: 'answers' | 'callback', token: string) {
    const installId = tokens.open(use, token);
    if (installId === null) return null;
    for (const state of journal.states().values()) {
      if (state.attempt?.installId !== installId) continue;
      const node = nodeByName(state.name);
      return node ? { node, state, attempt: state.attempt } : null;
    }
    return null;
  }

  function fromNode(node: BootNode, address: string): boolean {
    return !bindAddresses || node.address === null || node.address === address;
  }

  /** Firmware asks again and again: what was said a moment ago, and of the same install, is not said again. */
  async function served(
    node: string,
    answer: 'installer' | 'local-disk',
    address: string,
    state: NodeState | undefined,
  ): Promise<void> {
    const attempt = answer === 'installer' ? (state?.attempt ?? null) : null;
    const isEvidence = attempt !== null && attempt.scriptAt === null;
    const install = state?.attempt?.installId ?? state?.record?.installId;
    if (!worthSaying(`${node} ${answer} ${address} ${install}`) && !isEvidence) return;
    const message =
      answer === 'installer'
        ? 'boot script fetched: the installer'
        : 'boot script fetched: boot your own disk';
    await journal.append([
      { ...by(node, attempt), reason: 'BootScriptServed', message, data: { answer, address } },
    ]);
  }

  async function refused(node: string | null, why: Refusal, what: string, address: string) {
    await refuse(node, why, `${what} refused: ${REFUSED[why]}`, address);
    return { ok: false as const, why };
  }

  async function refuse(
    node: string | null,
    what: 'unknown-mac' | Refusal,
    message: string,
    address: string,
  ) {
    if (!worthRefusing(`${message} ${node} ${address}`)) return;
    await journal.append([
      {
        node,
        commit: null,
        actor: 'node',
        reason: 'BootRefused',
        message: `${message} (from ${address})`,
        data: { what, detail: message, address },
      },
    ]);
  }

  return { script, answers, callback };
}

const REFUSED: Record<Refusal, string> = {
  'bad-token': 'the token is not one of this daemon, or no longer of a present attempt',
  'wrong-address': 'it came from another address than the one the attempt is bound to',
  'not-armed': 'the attempt does not wait for it (any more)',
};

function by(node: string, attempt: Attempt | null) {
  return { node, commit: attempt?.target.commit ?? null, actor: 'node' };
}

/** What its installer ended with, if it has ended; nothing else is believed after that. */
function endOf(attempt: Attempt): 'complete' | 'failed' | null {
  if (attempt.completedAt !== null) return 'complete';
  return attempt.failed === null ? null : 'failed';
}

function callbackEvent(node: string, attempt: Attempt, event: CallbackEvent): NewEvent | null {
  const { installId } = attempt;
  switch (event.kind) {
    case 'progress': {
      const { step, percent } = event;
      if (attempt.progress?.step === step && attempt.progress.percent === percent) return null;
      const message = percent === null ? step : `${step} (${percent} %)`;
      return { ...by(node, attempt), reason: 'InstallProgress', message, data: { installId, step, percent } };
    }
    case 'complete':
      return {
        ...by(node, attempt),
        reason: 'InstallCompleted',
        message: 'the installer reports that it is done',
        data: { installId },
      };
    case 'failed':
      return {
        ...by(node, attempt),
        reason: 'InstallFailed',
        message: `the installer reports a failure: ${event.why}`,
        data: { installId, why: event.why },
      };
  }
}
