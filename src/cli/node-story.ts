/** A node as a story: what it does, why, what it waits for, what comes next, and how it came here. Pure. */

import type { NodeView } from '../model/api.ts';
import type { Event } from '../model/event.ts';
import type { Paint } from '../plan/paint.ts';
import { shortCommit } from '../plan/say-age.ts';
import { foldLines } from '../timeline/fold-lines.ts';
import { sayLine } from './event-lines.ts';
import { phasePaint } from './paint.ts';
import { formatTable } from './table.ts';
import type { Times } from './times.ts';

export interface StoryOptions {
  times: Times;
  paint: Paint;
}

/** Ends with a newline. `events` are its last ones, oldest first. */
export function nodeStory(node: NodeView, events: readonly Event[], { times, paint }: StoryOptions): string {
  const blocks = [
    headline(node, times, paint),
    facts([
      ['Waits for', waits(node, times)],
      ['Next', node.next],
      ['Needs', needs(node)],
    ]),
    facts([
      ['Power', power(node, times, paint)],
      ['Held', held(node, times)],
      ['BMC', bmc(node, times, paint)],
      ['Carries', carries(node, times)],
      ['Wants', wants(node)],
      ['Git says', declared(node)],
      ['Protected', node.desired.protected ?? ''],
      ['Paused', paused(node, times)],
      ['Stacks', node.stacks.map(sayStack).join(', ')],
      [
        'Reports',
        Object.entries(node.facts)
          .map(([name, value]) => `${name} ${value}`)
          .join(', '),
      ],
    ]),
    conditions(node, times, paint),
    past(events, times, paint),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** `sip-n01 is installing docker generation 2 (attempt 2 of 3, partitioning 40 %), since 14:02:11 (3m ago).` */
function headline(
  { name, phase, phaseSince, attempt, desired }: NodeView,
  times: Times,
  paint: Paint,
): string {
  const target = attempt?.target ?? desired;
  const step = attempt?.progress;
  const progress = step ? `, ${step.step}${step.percent === null ? '' : ` ${step.percent} %`}` : '';
  const detail = attempt ? ` (attempt ${attempt.n} of ${attempt.of}${progress})` : '';
  const link = { settled: ' on', installing: '' }[phase as string] ?? ' for';
  const install = `${link} ${target.profile} generation ${target.generation}`;
  const doing = attempt || phase === 'settled' ? install : '';
  return `${paint.strong(name)} is ${phasePaint(paint, phase)(phase)}${doing}${detail}, since ${times.since(phaseSince)}.`;
}

function waits({ waitsFor, deadline }: NodeView, times: Times): string {
  if (waitsFor === '') return '';
  return deadline === null ? waitsFor : `${waitsFor}; gives up ${times.until(deadline)}`;
}

function needs({ actions }: NodeView): string {
  return actions
    .filter(({ hold }) => hold)
    .map(({ change, hold }) => `${change}: ${hold?.why}`)
    .join('; ');
}

function power({ power: state, powerAt, desired }: NodeView, times: Times, paint: Paint): string {
  const read = powerAt === null ? 'never read' : `read ${times.ago(powerAt)}`;
  const wanted = desired.power === 'unmanaged' ? 'not managed' : `Git says ${desired.power}`;
  const text = `${state}, ${read}; ${wanted}`;
  return desired.power === 'unmanaged' || desired.power === state ? text : paint.warning(text);
}

function held({ powerHold }: NodeView, times: Times): string {
  if (!powerHold) return '';
  const { state, by, why, until } = powerHold;
  return `power ${state} by ${by}: ${why}, until ${times.until(until)}`;
}

function bmc({ name, bmc: state, desired }: NodeView, times: Times, paint: Paint): string {
  if (desired.bmc === null) return 'none in the inventory';
  if (!state) return `${desired.bmc}, not asked yet`;
  if (state.reachable) return `${desired.bmc}, answers`;
  const { kind, since, message } = state;
  if (kind === 'auth')
    return paint.warning(
      `${desired.bmc} refuses the account since ${times.since(since)}: ${message}; tried again when the secret changes, or by: barewright reconcile ${name}`,
    );
  return paint.warning(`${desired.bmc} has not answered since ${times.since(since)}: ${message}`);
}

function carries({ record, reportedAt }: NodeView, times: Times): string {
  if (!record) return 'not known: it has reported no install';
  const reported = reportedAt === null ? '' : `, reported ${times.ago(reportedAt)}`;
  return `${record.profile} generation ${record.generation} of commit ${shortCommit(record.commit)}${reported}`;
}

function wants({ want }: NodeView): string {
  if (!want) return '';
  const { file, line } = want.cause;
  const who = `${shortCommit(want.asked.id)} ${want.asked.author}`;
  return `${want.profile} generation ${want.generation} (${want.change}), ${file}:${line}, ${who}`;
}

function declared({ pool, desired }: NodeView): string {
  const { profile, generation, power: wish, firmware, mac, address, source } = desired;
  const what = `${profile} generation ${generation}, pool ${pool}, power ${wish}, ${firmware}`;
  return `${what}, ${[mac, address].filter(Boolean).join(' ')} (${source})`;
}

function paused({ desired, pause }: NodeView, times: Times): string {
  const until = (time: number | null) => (time === null ? '' : `, until ${times.until(time)}`);
  const parts: string[] = [];
  if (desired.paused) parts.push(`in Git: ${desired.paused.reason}${until(desired.paused.until)}`);
  if (pause) parts.push(`by ${pause.by}: ${pause.why}${until(pause.until)}`);
  return parts.join('; ');
}

function sayStack({ name, state, message }: NodeView['stacks'][number]): string {
  return `${name} ${state}${message ? ` (${message})` : ''}`;
}

function facts(pairs: [name: string, text: string][]): string {
  return pairs
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${name.padEnd(11)}${text}`)
    .join('\n');
}

function conditions(node: NodeView, times: Times, paint: Paint): string {
  const rows = node.conditions.map(({ type, status, reason, message, lastTransitionTime }) => [
    `  ${type}`,
    { text: status, paint: isBad(type, status) ? paint.warning : paint.faint },
    reason,
    lastTransitionTime === null ? '-' : times.at(lastTransitionTime),
    message,
  ]);
  return formatTable(['  CONDITION', 'STATUS', 'REASON', 'SINCE', 'MESSAGE'], rows).trimEnd();
}

function isBad(type: string, status: string): boolean {
  if (type === 'Stalled' || type === 'Paused') return status === 'True';
  return type !== 'Reconciling' && status !== 'True';
}

function past(events: readonly Event[], times: Times, paint: Paint): string {
  if (events.length === 0) return '';
  const rows = foldLines(events).map((line) => [
    `  ${times.at(line.first.time)}`,
    line.last.phase ?? '-',
    line.first.actor,
    line.first.commit ? shortCommit(line.first.commit) : '',
    sayLine(line, paint),
  ]);
  return formatTable(['  LAST EVENTS', 'PHASE', 'BY', 'COMMIT', 'MESSAGE'], rows).trimEnd();
}
