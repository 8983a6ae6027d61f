/** Promises 2, 5 and 6: a disk is lost only for a reinstall that was asked for, released, and not guarded. */

import { entriesOf } from '../../src/lab/history.ts';
import { type Asking, askings } from './asked.ts';
import { type Breach, type EventOf, type Evidence, eventsOf, wishAt } from './evidence.ts';

export function checkWipes(evidence: Evidence): Breach[] {
  const asked = askings(evidence);
  const attempts = new Map(
    eventsOf(evidence.events, 'AttemptStarted').map((event) => [event.data.installId, event]),
  );
  const breaches: Breach[] = [];
  for (const [node, history] of evidence.histories) {
    const used = new Map<Asking, number>();
    for (const { installId } of entriesOf(history, 'wipe')) {
      const breach = (promise: number, text: string) =>
        void breaches.push({
          promise,
          node,
          text: `its disk was wiped (install ${installId.slice(0, 8)}…) ${text}`,
        });
      const attempt = attempts.get(installId);
      if (attempt?.node !== node) {
        breach(6, 'for an install that is no attempt of this node');
        continue;
      }
      const asking = askingOf(attempt, asked, evidence);
      if (!asking) {
        breach(
          2,
          `for attempt ${attempt.data.attempt}, which no commit and no approval asked for at that time`,
        );
        continue;
      }
      used.set(asking, (used.get(asking) ?? 0) + 1);
      for (const [promise, text] of guardsPassed(attempt, asking, evidence)) breach(promise, text);
    }
    for (const [asking, wipes] of used) {
      const most = evidence.limits.attempts * (1 + retriesOf(asking, evidence));
      if (wipes <= most) continue;
      const text = `its disk was wiped ${wipes} times for one asking (${sayAsking(asking)}); ${most} attempts are allowed`;
      breaches.push({ promise: 5, node, text });
    }
  }
  return breaches;
}

/** The asking that was in force both when the attempt began and when its installer got its answers. */
function askingOf(attempt: EventOf<'AttemptStarted'>, asked: readonly Asking[], evidence: Evidence) {
  const answered = answersOf(attempt, evidence) ?? attempt.id;
  const { profile, generation } = attempt.data.target;
  return asked.findLast(
    (asking) =>
      asking.node === attempt.node &&
      asking.profile === profile &&
      asking.generation === generation &&
      asking.from < attempt.id &&
      answered < asking.until,
  );
}

/** Number of the event by which the attempt's installer first got its answers. */
function answersOf(attempt: EventOf<'AttemptStarted'>, { events }: Evidence): number | undefined {
  return eventsOf(events, 'AnswersServed').find(({ data }) => data.installId === attempt.data.installId)?.id;
}

function guardsPassed(
  attempt: EventOf<'AttemptStarted'>,
  asking: Asking,
  evidence: Evidence,
): [promise: number, text: string][] {
  const passed: [number, string][] = [];
  const node = attempt.node ?? '';
  const wish = wishAt(evidence, attempt.id)?.nodes.get(node);
  if (wish?.isProtected) passed.push([2, 'by an attempt that began while the node was protected']);
  const answers = answersOf(attempt, evidence);
  if (answers !== undefined && wishAt(evidence, answers)?.nodes.get(node)?.isProtected) {
    passed.push([2, 'by an installer that got its answers while the node was protected']);
  }
  if (wish?.isPaused) passed.push([2, 'by an attempt that began while the node was paused in Git']);
  if (isPausedByPerson(node, attempt.id, evidence)) {
    passed.push([2, 'by an attempt that began while a person had paused the node']);
  }
  const released = evidence.releases.some(
    ({ id, nodes }) => id >= asking.from && id < attempt.id && nodes.includes(node),
  );
  if (!isKnown(node, attempt.id, evidence) && !released) {
    passed.push([2, 'although it had not told what its disk carries, and nobody released it']);
  }
  if (asking.together > evidence.limits.reinstallsPerCommit && !released) {
    passed.push([5, `although its commit asked for ${asking.together} reinstalls and nobody approved them`]);
  }
  return passed;
}

function isPausedByPerson(node: string, at: number, { events }: Evidence): boolean {
  const said = events.filter((event) => event.node === node && event.id < at);
  const last = said.findLast(({ reason }) => PAUSES.has(reason));
  return last?.reason === 'Paused';
}

/** Since Git named it, it has told of an install, or was handed one. */
function isKnown(node: string, at: number, { events }: Evidence): boolean {
  const said = events.filter((event) => event.node === node && event.id < at);
  const found = said.findLastIndex(({ reason }) => reason === 'NodeFound');
  return said
    .slice(Math.max(0, found))
    .some((e) => e.reason === 'AnswersServed' || (e.reason === 'Reported' && e.data.record !== null));
}

/** A node that Git let go of and found again is remembered without its pause. */
const PAUSES: ReadonlySet<string> = new Set(['Paused', 'Resumed', 'NodeFound']);

function retriesOf({ node, from, until }: Asking, { events }: Evidence): number {
  return eventsOf(events, 'RetryRequested').filter((e) => e.node === node && e.id > from && e.id < until)
    .length;
}

function sayAsking({ profile, generation }: Asking): string {
  return `${profile}, generation ${generation}`;
}
