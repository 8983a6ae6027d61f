/** What a node says of itself in one line, and small words around it. */

import type { NodeView } from '../../model/api.ts';
import type { Commit } from '../../model/desired.ts';
import { isBusy } from '../../model/phase.ts';
import { type Html, html } from './html.ts';
import { fromNow } from './time.ts';

/** What it waits for or why it stands still; empty when there is nothing to say. */
export function saying({ phase, waitsFor, conditions, actions }: NodeView): string {
  if (phase === 'stuck') {
    return conditions.find(({ type }) => type === 'Stalled')?.message || waitsFor;
  }
  if (waitsFor === '') return '';
  const isOwnSentence = phase === 'settled' || (phase === 'held' && actions.some(({ hold }) => hold));
  return isOwnSentence ? waitsFor : `waits for ${waitsFor}`;
}

/** ` · gives up in 3 min`, while an attempt is under way, or a first report is waited for. */
export function givesUp({ phase, deadline }: NodeView, now: number): Html | null {
  if (deadline === null || !(isBusy(phase) || phase === 'found')) return null;
  return html`<span class="deadline">gives up ${fromNow(deadline, now)}</span>`;
}

/** What stands out about a node beside its phase, each with its tone. */
export function badgeWords(node: NodeView): [word: string, tone: string][] {
  const { desired, pause, powerHold, bmc, conditions } = node;
  const outdated = conditions.some(({ type, reason }) => type === 'InstallInSync' && reason === 'Outdated');
  const words: [string | false | null | undefined, string][] = [
    [needsApproval(node) && 'needs approval', 'person'],
    [bmc?.reachable === false && 'BMC unreachable', 'bad'],
    [(desired.paused ?? pause) !== null && 'paused', 'warn'],
    [powerHold && `power held ${powerHold.state}`, 'warn'],
    [desired.protected !== null && 'protected', 'plain'],
    [outdated && 'outdated', 'plain'],
  ];
  return words.flatMap(([word, tone]): [string, string][] => (word ? [[word, tone]] : []));
}

/** The first action a person has to release, if any. */
export function needsApproval({ actions, phase, want }: NodeView) {
  if (phase !== 'held' && want === null) return undefined;
  return actions.find(({ hold }) => hold?.needsApproval);
}

/** A command to be typed, up to its first argument; a sentence goes on after it. */
const COMMAND = /(barewright [a-z-]+(?: [A-Za-z0-9](?:[\w.-]*\w)?)?)/;
const WORD_AFTER = /^(barewright \S+) (tries|and|or|to|lists)$/;

/** A sentence with its commands set apart, so that they can be copied. */
export function withCommands(sentence: string): Html {
  const parts = sentence.split(COMMAND);
  return html`${parts.map((part, index) => {
    if (index % 2 === 0) return part;
    const [, command, word] = WORD_AFTER.exec(part) ?? [];
    return command
      ? html`<code class="command">${command}</code> ${word}`
      : html`<code class="command">${part}</code>`;
  })}`;
}

export function shortId(commit: string): string {
  return commit.slice(0, 10);
}

/** Id, subject and author of a commit. */
export function commitLine(commit: Commit, now: number): Html {
  return html`<code class="id">${shortId(commit.id)}</code> <span class="subject">${commit.subject}</span>
    <span class="by">${commit.author}, ${fromNow(commit.time, now)}</span>`;
}

/** `1 node`, `12 nodes`. */
export function count(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? '' : 's'}`;
}
