/**
 * What the boot plane answers, and what its requests prove. The installer is handed out only to the node whose present
 * attempt is armed and booting; everything else boots its own disk (promise 6).
 */

import type { NewEvent } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import type { Attempt, NodeState } from '../model/node-state.ts';
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
}

export type ScriptAnswer =
  | { kind: 'unknown' }
  | { kind: 'local-disk' }
  | { kind: 'installer'; node: string; attempt: Attempt; token: string };
export type CallbackAnswer =
  | { ok: true; node: string }
  | { ok: false; why: 'bad-token' | 'wrong-address' | 'not-armed' };
export type AnswersAnswer =
  | { ok: true; node: string; attempt: Attempt; callbackToken: string }
  | Extract<CallbackAnswer, { ok: false }>;
type Refusal = Extract<CallbackAnswer, { ok: false }>['why'];

export interface BootDesk {
  /** `mac` in lower case with colons. */
  script(mac: string, address: string): Promise<ScriptAnswer>;
  answers(token: string, address: string): Promise<AnswersAnswer>;
  callback(token: string, address: string, event: CallbackEvent): Promise<CallbackAnswer>;
}

export type CallbackEvent =
  | { kind: 'progress'; step: string; percent: number | null }
  | { kind: 'complete' }
  | { kind: 'failed'; why: string };

export function createBootDesk({
  journal,
  tokens,
  nodeByMac,
  nodeByName,
  bindAddresses,
}: BootDeskPorts): BootDesk {
  async function script(mac: string, address: string): Promise<ScriptAnswer> {
    const node = nodeByMac(mac);
    if (!node) {
      await refuse(null, 'unknown-mac', `boot script asked for by unknown MAC ${mac}`, address);
      return { kind: 'unknown' };
    }
    const state = journal.state(node.name);
    const attempt = state?.phase === 'booting' && state.attempt?.armed ? state.attempt : null;
    if (!attempt || !mayBoot(node, attempt, address)) {
      await served(node.name, 'local-disk', address);
      return { kind: 'local-disk' };
    }
    await served(node.name, 'installer', address);
    return { kind: 'installer', node: node.name, attempt, token: tokens.issue('answers', attempt.installId) };
  }

  /** Not before the machine was switched on for this attempt: an earlier request is a boot of its own. */
  function mayBoot(node: BootNode, attempt: Attempt, address: string): boolean {
    return attempt.nextBootSetAt !== null && fromNode(node, address);
  }

  async function answers(token: string, address: string): Promise<AnswersAnswer> {
    const held = holder('answers', token);
    const why = held ? refusalOfAnswers(held.state, held.attempt, held.node, address) : 'bad-token';
    if (!held || why) return refused(held?.node.name ?? null, why ?? 'bad-token', 'answers', address);
    await journal.append([
      {
        ...by(held.node.name, held.attempt),
        reason: 'AnswersServed',
        message: `answers fetched from ${address}`,
        data: { installId: held.attempt.installId, address },
      },
    ]);
    return {
      ok: true,
      node: held.node.name,
      attempt: held.attempt,
      callbackToken: tokens.issue('callback', held.attempt.installId),
    };
  }

  function refusalOfAnswers(
    state: NodeState,
    attempt: Attempt,
    node: BootNode,
    address: string,
  ): Refusal | null {
    if (!attempt.armed || (state.phase !== 'booting' && state.phase !== 'installing')) return 'not-armed';
    if (attempt.answersFetches >= MAX_ANSWER_FETCHES || attempt.progress || attempt.completedAt)
      return 'not-armed';
    if (!fromNode(node, address) || (attempt.address !== null && attempt.address !== address)) {
      return 'wrong-address';
    }
    return null;
  }

  async function callback(token: string, address: string, event: CallbackEvent): Promise<CallbackAnswer> {
    const held = holder('callback', token);
    if (!held) return refused(null, 'bad-token', event.kind, address);
    const { node, attempt, state } = held;
    if (attempt.completedAt !== null && event.kind === 'complete') return { ok: true, node: node.name };
    if (
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

  async function served(node: string, answer: 'installer' | 'local-disk', address: string): Promise<void> {
    const message =
      answer === 'installer'
        ? 'boot script fetched: the installer'
        : 'boot script fetched: boot your own disk';
    const attempt = journal.state(node)?.attempt ?? null;
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
