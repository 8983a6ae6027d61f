/** An image as a story: what it is, whether it is there, tag by tag, and how it came there. Pure. */

import type { ImageTagView, ImageView } from '../model/api.ts';
import type { Event } from '../model/event.ts';
import { shortCommit } from '../plan/say-age.ts';
import { shortDigest } from '../plan/say-images.ts';
import { foldLines } from '../timeline/fold-lines.ts';
import { sayLine, sayOrigin } from './event-lines.ts';
import { statePaint } from './image-table.ts';
import type { StoryOptions } from './node-story.ts';
import { formatTable } from './table.ts';

/** Ends with a newline. `events` are those that speak of it, oldest first. */
export function imageStory(
  image: ImageView,
  events: readonly Event[],
  { times, paint }: StoryOptions,
): string {
  const { name, from, repository, state, message, requiredBy, source, lookedAt, tags, actions } = image;
  const said = message === '' ? '' : `: ${message}`;
  const facts = [
    ['From', from],
    ['Kept as', repository],
    ['Needed by', requiredBy.join(', ')],
    ['Declared', source],
    ['Looked at', lookedAt === null ? 'not yet' : times.since(lookedAt)],
    ...originFacts(tags, times),
    ...actions.map(({ change, hold }) => ['To do', hold ? `${change} (held: ${hold.why})` : change]),
  ];
  const blocks = [
    `${paint.strong(name)} is ${statePaint(paint, state)(state)}${said}`,
    facts
      .filter(([, text]) => text !== '')
      .map(([label = '', text]) => `${label.padEnd(10)} ${text}`)
      .join('\n'),
    tags.length === 0 ? '' : formatTable(['TAG', 'WANTED', 'PRESENT'], tags.map(tagRow)).trimEnd(),
    foldLines(events)
      .map((line) => {
        const at = paint.faint(times.at(line.first.time));
        return `${at}  ${sayLine(line, paint)}  ${paint.faint(sayOrigin(line.first))}`.trimEnd();
      })
      .join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Of what was built, and is there now. */
function originFacts(tags: readonly ImageTagView[], times: StoryOptions['times']): [string, string][] {
  const origin = tags.find(({ provenance }) => provenance !== null)?.provenance;
  if (!origin) return [];
  const { commit, author, tree, builder, time, base, baseDigest } = origin;
  const at = Number.isNaN(Date.parse(time)) ? time : times.at(Date.parse(time));
  const pinned = baseDigest === '' || base.includes('@') ? base : `${base}@${baseDigest}`;
  return [
    ['Built from', `commit ${shortCommit(commit)} by ${author}, tree ${tree.slice(0, 10)}`],
    ['Built by', `${builder}, ${at}`],
    ['Base', pinned],
  ];
}

function tagRow({ tag, wanted, present }: ImageTagView): string[] {
  const here = present === null ? 'missing' : present === 'unknown' ? 'unknown' : shortDigest(present);
  return [tag, wanted === null ? 'unknown' : shortDigest(wanted), here];
}
