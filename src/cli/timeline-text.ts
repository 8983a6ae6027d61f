/** A node's timeline, for people. Pure. */

import type { Chapter, Line, PastAttempt, PastInstall, Timeline } from '../model/timeline.ts';
import type { Paint } from '../plan/paint.ts';
import { shortCommit } from '../plan/say-age.ts';
import { sayLine } from './event-lines.ts';
import { sayDuration, type Times } from './times.ts';

interface Told {
  times: Times;
  paint: Paint;
  now: number;
  /** With every line of what happened. */
  full: boolean;
}

/** Installs with their attempts; in full, also what happened in and between them. */
export function timelineLines({ chapters, isCut }: Timeline, told: Told): string[] {
  const lines = chapters.flatMap((chapter) => chapterLines(chapter, told));
  return isCut && told.full && lines.length > 0
    ? [told.paint.faint('… what was before is left out'), ...lines]
    : lines;
}

function chapterLines({ install, lines }: Chapter, told: Told): string[] {
  const isBegun = install !== null && install.attempts.length > 0;
  return [
    ...(install && (isBegun || told.full) ? [sayInstall(install, told)] : []),
    ...(install?.attempts ?? []).map((attempt) => `    ${sayAttempt(attempt, told)}`),
    ...(told.full ? lines.map((line) => sayInLine(line, told, install ? '        ' : '')) : []),
  ];
}

function sayInstall(
  { target, pullRequests, attempts, outcome, startedAt, endedAt }: PastInstall,
  told: Told,
): string {
  const { times, paint, now } = told;
  const took = sayDuration((endedAt ?? now) - startedAt);
  const count = `${attempts.length} attempt${attempts.length === 1 ? '' : 's'}`;
  const what = `${target.profile} generation ${target.generation} (${target.change})`;
  const brought = pullRequests.map((number) => ` #${number}`).join('');
  const who = `${shortCommit(target.asked.id)} ${target.asked.author}${brought}`;
  const shown = {
    settled: paint.good,
    stuck: paint.danger,
    dropped: paint.faint,
    'under way': (text: string) => text,
  };
  return `${times.at(startedAt)}  ${paint.strong(what)}  ${who}  ${shown[outcome](outcome)} after ${took}, ${count}`;
}

/** Each step with the time since the one before. */
function sayAttempt(
  { n, installId, startedAt, endedAt, outcome, why, evidence }: PastAttempt,
  { times, now, full }: Told,
): string {
  const steps = evidence.map(
    ({ what, at }, i) => `${what} +${sayDuration(at - (evidence[i - 1]?.at ?? startedAt))}`,
  );
  const end = `${outcome} after ${sayDuration((endedAt ?? now) - startedAt)}${why ? `: ${why}` : ''}`;
  const id = full ? `  (install ${installId.slice(0, 8)})` : '';
  return `attempt ${n}  ${times.at(startedAt)}  ${[...steps, end].join(', ')}${id}`;
}

function sayInLine(line: Line, { times, paint }: Told, indent: string): string {
  const { phase, actor } = line.first;
  const by = ['daemon', 'node', 'git'].includes(actor) ? '' : `  ${paint.faint(actor)}`;
  return `${indent}${paint.faint(times.at(line.first.time))}  ${(phase ?? '-').padEnd(11)}  ${sayLine(line, paint)}${by}`;
}
