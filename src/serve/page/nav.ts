/** The way between the pages; each says how much on it needs someone. */

import type { StatusView } from '../../model/api.ts';
import { type Html, html } from './html.ts';
import { partsOf } from './parts.ts';

export type Section = 'rack' | 'plans' | 'commits' | 'images' | 'log' | 'report' | 'status';

interface Alarm {
  tone: 'bad' | 'warn';
  /** A number, or a sign. */
  mark: string;
  /** For those who listen. */
  words: string;
}

interface Entry {
  section: Section;
  href: string;
  label: string;
  alarm?(status: StatusView): Alarm | null;
}

const ENTRIES: readonly Entry[] = [
  { section: 'rack', href: '/', label: 'Rack', alarm: stuck },
  { section: 'plans', href: '/plans', label: 'Plans', alarm: approvals },
  { section: 'commits', href: '/commits', label: 'Commits', alarm: refused },
  { section: 'images', href: '/images', label: 'Images' },
  { section: 'log', href: '/log', label: 'Log' },
  { section: 'report', href: '/report', label: 'Report' },
  { section: 'status', href: '/status', label: 'Status', alarm: troubles },
];

export function nav(status: StatusView, current: Section): Html {
  return html`<nav class="nav" id="nav" aria-label="Pages"><ul role="list">${ENTRIES.map(
    ({ section, href, label, alarm }) =>
      html`<li><a href="${href}"${section === current && html` aria-current="page"`}>${label}${mark(alarm?.(status) ?? null)}</a></li>`,
  )}</ul></nav>`;
}

function mark(alarm: Alarm | null): Html | null {
  if (!alarm) return null;
  return html` <span class="alarm tone-${alarm.tone}" aria-hidden="true">${alarm.mark}</span><span class="vh">, ${alarm.words}</span>`;
}

function stuck({ phases }: StatusView): Alarm | null {
  if (phases.stuck === 0) return null;
  return { tone: 'bad', mark: `${phases.stuck}`, words: `${phases.stuck} stuck` };
}

function approvals({ needApproval, halted }: StatusView): Alarm | null {
  if (halted.length > 0) return { tone: 'bad', mark: '!', words: 'a rollout has halted' };
  if (needApproval === 0) return null;
  return { tone: 'warn', mark: `${needApproval}`, words: `${needApproval} to approve` };
}

function refused({ git }: StatusView): Alarm | null {
  const isRefused = git.state === 'bad-commit' || git.state === 'unverified' || git.state === 'rewritten';
  return isRefused ? { tone: 'bad', mark: '!', words: 'the newest is refused' } : null;
}

function troubles(status: StatusView): Alarm | null {
  const count = partsOf(status).filter(({ state }) => state === 'problem').length;
  return count === 0 ? null : { tone: 'warn', mark: `${count}`, words: `${count} in trouble` };
}
