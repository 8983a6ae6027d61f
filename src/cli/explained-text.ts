/** Where a node stood at a time, for people: what it did, why, what it waited for, and what came of it. Pure. */

import type { NodeState } from '../model/node-state.ts';
import type { Explanation, Line } from '../model/timeline.ts';
import { shortCommit } from '../plan/say-age.ts';
import { sayLine } from './event-lines.ts';
import type { StoryOptions } from './node-story.ts';
import { phasePaint } from './paint.ts';
import { sayDuration } from './times.ts';

/** Ends with a newline. */
export function explainedText(explained: Explanation, options: StoryOptions): string {
  const { state, removedBefore, before, after } = explained;
  const { times } = options;
  const blocks = [
    headline(explained, options),
    facts([
      ['In force', inForce(explained, options)],
      ...(state ? stateFacts(state, explained, options) : []),
    ]),
    lines('Before', before, options),
    lines('Then', after, options),
    removedBefore === null
      ? ''
      : `Events before ${times.at(removedBefore)} were removed, but for the ledger: what was seen earlier, and not again since, is not known.`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function headline({ node, at, state, attempt }: Explanation, { times, paint }: StoryOptions): string {
  if (!state) return `${paint.strong(node)} was not in the inventory at ${times.at(at)}.`;
  const { phase, phaseSince, want, record } = state;
  const where = phase === 'found' ? 'in the phase found' : phasePaint(paint, phase)(phase);
  const target = attempt ? want : phase === 'settled' ? record : null;
  const what = target ? `, ${target.profile} generation ${target.generation}` : '';
  const which = attempt ? `, attempt ${attempt.n}` : '';
  const lasted = `since ${times.at(phaseSince)} (${sayDuration(at - phaseSince)} by then)`;
  return `${paint.strong(node)} at ${times.at(at)} was ${where}${what}${which}, ${lasted}.`;
}

type Fact = [name: string, text: string];

function stateFacts(state: NodeState, { at, evidence }: Explanation, { times }: StoryOptions): Fact[] {
  const { waitingFor, deadline, baseline, want, approved, record, stuck, pause, powerHold } = state;
  const givesUp =
    deadline === null ? '' : `; until ${times.at(deadline)} (${sayDuration(deadline - at)} were left)`;
  const until = (time: number | null) => (time === null ? '' : `, until ${times.at(time)}`);
  return [
    ['Waited for', waitingFor && `${waitingFor}${givesUp}`],
    ['Git said', `${baseline.profile} generation ${baseline.generation}`],
    ['Wanted', want ? wanted(want) : ''],
    ['Approved', approved ? `by ${approved.by}, ${times.at(approved.at)}` : ''],
    ['Stuck', stuck ?? ''],
    ['Paused', pause ? `by ${pause.by}: ${pause.why}${until(pause.until)}` : ''],
    [
      'Held',
      powerHold
        ? `power ${powerHold.state} by ${powerHold.by}: ${powerHold.why}${until(powerHold.until)}`
        : '',
    ],
    ['Power', power(state, times)],
    [
      'Carried',
      record ? `${record.profile} generation ${record.generation} of ${shortCommit(record.commit)}` : '',
    ],
    ['Seen last', evidence ? `${times.at(evidence.time)}  ${evidence.message}` : 'nothing of the machine'],
  ];
}

function wanted({ profile, generation, change, cause, asked }: NonNullable<NodeState['want']>): string {
  const who = `${shortCommit(asked.id)} ${asked.author}`;
  return `${profile} generation ${generation} (${change}), ${cause.file}:${cause.line}, ${who}`;
}

function power({ power: state, powerAt, bmc }: NodeState, times: StoryOptions['times']): string {
  const lost = bmc?.reachable === false ? `; its BMC had not answered since ${times.at(bmc.since)}` : '';
  return `${state}${powerAt === null ? ', never read' : `, last change seen ${times.at(powerAt)}`}${lost}`;
}

function inForce({ inForce: found }: Explanation, { times }: StoryOptions): string {
  if (!found) return 'no commit';
  const { commit, since, pullRequests } = found;
  const brought = pullRequests.map((number) => ` #${number}`).join('');
  return `${shortCommit(commit.id)} by ${commit.author}${brought}: ${commit.subject}, since ${times.at(since)}`;
}

function facts(pairs: readonly Fact[]): string {
  return pairs
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${name.padEnd(12)}${text}`)
    .join('\n');
}

function lines(title: string, told: readonly Line[], { times, paint }: StoryOptions): string {
  return told
    .map(
      (line, i) =>
        `${(i === 0 ? title : '').padEnd(12)}${times.at(line.first.time)}  ${sayLine(line, paint)}`,
    )
    .join('\n');
}
