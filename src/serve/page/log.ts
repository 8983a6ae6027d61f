/** The reconcile log: what happened, the newest first. */

import type { Event, Reason } from '../../model/event.ts';
import type { Line } from '../../model/timeline.ts';
import { foldLines, lineKey } from '../../timeline/fold-lines.ts';
import { type Html, html } from './html.ts';
import { phaseMark } from './marks.ts';
import { commitLink } from './names.ts';
import { stamp } from './time.ts';

type Tone = 'good' | 'bad' | 'warn' | 'git';

const TONES: Partial<Record<Reason, Tone>> = {
  InstallSettled: 'good',
  Configured: 'good',
  NodeAdopted: 'good',
  BmcReachable: 'good',
  GitReachable: 'good',
  DhcpApplied: 'good',
  RegistryServed: 'good',
  WebhooksServed: 'good',
  NotificationRecovered: 'good',
  CommitAccepted: 'git',
  HistoryAccepted: 'git',
  SignersTrusted: 'git',
  CommitRejected: 'bad',
  HistoryRefused: 'bad',
  PlanDiffers: 'warn',
  ReviewProblem: 'warn',
  ReviewRecovered: 'good',
  CommitUnverified: 'bad',
  ApprovalExpired: 'warn',
  TrailerIgnored: 'warn',
  RolloutHalted: 'bad',
  RolloutReleased: 'good',
  Stuck: 'bad',
  AttemptFailed: 'bad',
  InstallFailed: 'bad',
  BmcUnreachable: 'warn',
  GitUnreachable: 'warn',
  DhcpProblem: 'warn',
  RegistryProblem: 'warn',
  RegistryRefused: 'warn',
  WebhookProblem: 'warn',
  NotificationProblem: 'warn',
  WebhookRefused: 'warn',
  AccessRefused: 'warn',
  CollectionFailed: 'warn',
  BootRefused: 'warn',
};

const SIGNS: Record<Tone, string> = { good: '✓', bad: '✕', warn: '!', git: '⎇' };

/** Announced to those who listen rather than look; the rest would talk without end. */
const SPOKEN: ReadonlySet<Reason> = new Set([
  'CommitAccepted',
  'CommitRejected',
  'HistoryRefused',
  'PlanDiffers',
  'CommitUnverified',
  'GitUnreachable',
  'DhcpProblem',
  'RegistryProblem',
  'WebhookProblem',
  'InstallSettled',
  'AttemptFailed',
  'RolloutHalted',
  'RolloutReleased',
  'Stuck',
]);

interface LogOptions {
  /** ms since the epoch. */
  now: number;
  /** The node whose page it stands on, so that its name is not repeated. */
  about?: string;
  /** Which events it shows, as a query of `/log`; empty for all. */
  query?: string;
  /** Said where there is no event. */
  empty?: string;
}

/** Events in ascending order. */
export function log(events: readonly Event[], title: string, options: LogOptions): Html {
  const { now, about = null, query = '', empty = 'Nothing has happened yet.' } = options;
  return html`<section class="log" id="log" aria-labelledby="log-title" tabindex="-1" data-query="${query}"${
    about !== null && html` data-node="${about}"`
  }>
    <header><h2 id="log-title">${title}</h2>
      <p class="zone">newest first, <span class="zone-name">UTC</span></p>
      <button type="button" id="pause" aria-pressed="false" hidden>Pause</button></header>
    <ol class="lines" id="lines" role="list" tabindex="0" aria-label="${title}, newest first">${lines(events, about, now)}</ol>
    <p class="empty" id="log-empty"${events.length > 0 && html` hidden`}>${empty}</p>
  </section>`;
}

/** The lines alone, the newest first. */
export function lines(events: readonly Event[], about: string | null, now: number): Html {
  const folded = foldLines(events).sort((a, b) => b.last.id - a.last.id);
  return html`${folded.map((line) => lineOf(line, about, now))}`;
}

function lineOf({ last: event, count }: Line, about: string | null, now: number): Html {
  const { id, node, reason, time, phase, attempt, message, commit, actor } = event;
  const tone = TONES[reason] ?? 'plain';
  const again = count > 1 && reason !== 'InstallProgress';
  return html`<li class="line tone-${tone}" data-id="${id}" data-key="${lineKey(event)}" data-count="${count}"${
    node !== null && html` data-node="${node}"`
  }${SPOKEN.has(reason) && html` data-spoken`}>
    ${stamp(time, now)}
    <div class="said">
      <p>${subject(event, about)}${tone !== 'plain' && html`<span class="sign" aria-hidden="true">${SIGNS[tone]}</span> `}<span class="message">${message}</span>${
        reason !== 'InstallProgress' && html` <span class="times"${!again && html` hidden`}>×${count}</span>`
      }</p>
      <p class="about">${phase && html`<span>${phaseMark(phase)} ${phase}</span>`}
        ${attempt !== null && html`<span>attempt ${attempt}</span>`}
        ${commit !== null && commitLink({ id: commit })}
        ${isPerson(actor) && html`<span>by ${actor}</span>`}</p>
    </div></li>`;
}

function subject({ node }: Event, about: string | null): Html | null {
  if (node === null || node === about) return null;
  return html`<a class="who" href="/nodes/${encodeURIComponent(node)}">${node}</a> `;
}

function isPerson(actor: string): boolean {
  return actor !== 'daemon' && actor !== 'node' && actor !== 'git';
}
