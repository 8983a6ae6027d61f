/** From what is due to a message: one sentence that names the count, the pools and the first names, and what to do. Pure. */

import type { Item, Notifications } from '../model/notifications.ts';
import { type Due, firstId, type Subject, severityOf } from './due.ts';
import type { Linked, Message, MessageKind } from './message.ts';
import { WORDS, wordsFor } from './words.ts';

export interface Around {
  site: string;
  to: Notifications;
  now: number;
  /** Left out of this channel's messages: news without a place, troubles that came and went. */
  left: number;
  passed: number;
}

const MOST_NAMES = 5;
const MOST_DETAILS = 5;
const MOST_NODES = 10;
/** More at once are told in one message. */
const MOST_SINGLE = 3;

/** The messages for what is due, in the order in which they are sent, each with the subjects that it tells: at most `room`. */
export function compose(
  { subjects, room }: Pick<Due, 'subjects' | 'room'>,
  around: Around,
): [Message, Subject[]][] {
  const singles = subjects.map((subject): [Message, Subject[]] => [messageOf(subject, around), [subject]]);
  if (singles.length <= Math.min(MOST_SINGLE, room))
    return singles.map(([m, s], n) => (n === 0 ? [withLost(m, around), s] : [m, s]));
  const parts = singles.map(([message]) => message);
  return [[withLost(digestOf(parts, subjects, around), around), [...subjects]]];
}

/** One thing, as it is now. */
export function messageOf(subject: Subject, around: Around): Message {
  return subject.kind === 'news' ? newsOf(subject, around) : troubleOf(subject, around);
}

type Trouble = Exclude<Subject, { kind: 'news' }>;

function troubleOf(subject: Trouble, around: Around): Message {
  const { kind, group, open, told } = subject;
  const words = wordsFor(group);
  const names = kind === 'over' ? Object.keys(told?.members ?? {}) : open.map(({ about }) => about);
  const pools = poolsOf(open);
  const title = kind === 'over' ? overTitle(words.over, names) : openTitle(subject, names, pools);
  const before = Object.keys(told?.members ?? {}).length;
  const change = kind === 'update' && before !== names.length ? [`${before} when this was told last`] : [];
  return {
    ...base(kind, subject, around),
    id: idOf(subject, around),
    group: group.key,
    title,
    details: [...change, ...(names.length > 1 && kind !== 'over' ? sentencesOf(open) : [])],
    advice: kind === 'over' ? '' : adviceFor(words.advice, open),
    nodes: nodesOf(open, around),
    count: names.length,
    pools,
    commit: commitOf(open, around),
    since: told && kind !== 'over' ? group.since : Math.min(group.since, around.now),
  };
}

function openTitle({ group, open }: Trouble, names: readonly string[], pools: readonly string[]): string {
  const [only] = open;
  const [noun, rest] = wordsFor(group).many;
  // The last of more than are remembered word by word.
  if (only?.sentence === '' && open.length === 1) return `one of the ${noun} that ${rest}: ${firstOf(names)}`;
  if (open.length === 1 && only) return named(only);
  return `${open.length} ${noun} ${rest}${inPools(pools)}: ${firstOf(names)}`;
}

function overTitle(words: string, names: readonly string[]): string {
  if (names.length === 1)
    return `over: ${words.replace(/^(BMCs|nodes|images|rollouts) (are|answer|go)/, one)}${ofOne(names[0] ?? '')}`;
  return `over: ${names.length} ${words}: ${firstOf(names)}`;
}

const SINGULAR: Record<string, string> = {
  ...{ BMCs: 'the BMC', nodes: 'the node', images: 'the image', rollouts: 'the rollout' },
  ...{ are: 'is', answer: 'answers', go: 'goes' },
};

function one(_: string, noun: string, verb: string): string {
  return `${SINGULAR[noun]} ${SINGULAR[verb]}`;
}

/** Parts of the daemon have no name of their own. */
const UNNAMED: ReadonlySet<string> = new Set([
  '',
  'branch',
  'dhcp',
  'repository',
  'registry',
  'review',
  'webhooks',
]);

function ofOne(name: string): string {
  return UNNAMED.has(name) ? '' : ` (${name})`;
}

function newsOf({ reason, items }: Subject & { kind: 'news' }, around: Around): Message {
  const subject: Subject = { kind: 'news', reason, items };
  const [only] = items;
  const names = items.flatMap(({ about }) => (about === '' ? [] : [about]));
  const [noun, rest] = WORDS[reason].many;
  const pools = poolsOf(items);
  const list = names.length > 0 ? `: ${firstOf(names)}` : '';
  return {
    ...base('news', subject, around),
    id: idOf(subject, around),
    group: `news-${reason}`,
    title:
      items.length === 1 && only ? named(only) : `${items.length} ${noun} ${rest}${inPools(pools)}${list}`,
    details: items.length > 1 ? sentencesOf(items) : [],
    advice: severityOf(subject) === 'info' ? '' : WORDS[reason].advice,
    nodes: nodesOf(items, around),
    count: items.length,
    pools,
    commit: commitOf(items, around),
    since: only?.time ?? around.now,
  };
}

function digestOf(parts: readonly Message[], subjects: readonly Subject[], around: Around): Message {
  const [first] = subjects;
  const count = parts.length;
  const over = parts.filter(({ kind }) => kind === 'over').length;
  const wrong = parts.filter(({ kind }) => kind === 'problem' || kind === 'update').length;
  const counts = [`${wrong} wrong`, `${over} over`, `${count - over - wrong} new`].filter(
    (text) => !text.startsWith('0 '),
  );
  return {
    ...base('digest', first ?? { kind: 'news', reason: 'DaemonStarted', items: [] }, around),
    id: `${around.site}-digest-${first ? idOf(first, around) : ''}`,
    reason: null,
    group: 'digest',
    title: `${count} things at once: ${counts.join(', ')}`,
    details: parts.map(({ title }) => title),
    advice: 'See: barewright status',
    nodes: [],
    count,
    pools: [...new Set(parts.flatMap(({ pools }) => pools))].sort(),
    commit: null,
    since: Math.min(...parts.map(({ since }) => since)),
    parts,
  };
}

function base(kind: MessageKind, subject: Subject, { site, to, now }: Around) {
  const reason = subject.kind === 'news' ? subject.reason : subject.group.reason;
  return {
    ...{ kind, severity: severityOf(subject), site, reason, at: now, parts: [] },
    page: to.pages === null ? null : `${to.pages}/`,
  };
}

/** What was left out is said once, with the next message that arrives. */
function withLost(message: Message, { left, passed }: Around): Message {
  const lost = [
    ...(passed > 0 ? [`${passed} more came and went while this channel could not be told`] : []),
    ...(left > 0 ? [`${left} more pieces of news found no place; see: barewright events`] : []),
  ];
  return lost.length === 0 ? message : { ...message, details: [...message.details, ...lost] };
}

function idOf(subject: Subject, { site }: Pick<Around, 'site'>): string {
  const revision = subject.kind === 'news' ? 0 : (subject.told?.revision ?? 0);
  const name = subject.kind === 'news' ? `news-${subject.reason}` : `${subject.group.key}-${subject.kind}`;
  const [episode, since] = beginOf(subject);
  return `${site}-${name}-${episode}-${since.toString(36)}-${revision}`.replaceAll(/[^\w-]/g, '_');
}

/** The event it began with, and a time of it. An end is that of what was told, whatever has come back since. */
function beginOf(subject: Subject): [episode: number, since: number] {
  if (subject.kind === 'news') return [firstId(subject), subject.items[0]?.time ?? 0];
  const { kind, group, told } = subject;
  return kind === 'over' && told ? [told.episode, told.at] : [group.episode, group.since];
}

function named({ node, sentence }: Item): string {
  return node === null || sentence.includes(node) ? sentence : `${node}: ${sentence}`;
}

function sentencesOf(items: readonly Item[]): string[] {
  const said = items.filter(({ sentence }) => sentence !== '');
  const shown = [...Map.groupBy(said, ({ sentence }) => sentence).values()].slice(0, MOST_DETAILS);
  const left = items.length - shown.flat().length;
  return [...shown.map(together), ...(left > 0 ? [`and ${left} more`] : [])];
}

/** `n1, n2 and n3: no answer to the log-in`: the same once for all of which it is said. */
function together(items: readonly Item[]): string {
  const [first] = items;
  if (!first) return '';
  return items.length === 1 ? named(first) : `${firstOf(items.map(({ about }) => about))}: ${first.sentence}`;
}

function firstOf(names: readonly string[]): string {
  const sorted = [...names].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const more = sorted.length - MOST_NAMES;
  return `${sorted.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function inPools(pools: readonly string[]): string {
  if (pools.length === 0) return '';
  return ` in pool${pools.length > 1 ? 's' : ''} ${firstOf(pools)}`;
}

function poolsOf(items: readonly Item[]): string[] {
  return [...new Set(items.flatMap(({ pool }) => pool ?? []))].sort();
}

function nodesOf(items: readonly Item[], { to }: Around): Linked[] {
  const names = [...new Set(items.flatMap(({ node }) => node ?? []))];
  return names.slice(0, MOST_NODES).map((name) => ({
    name,
    url: to.pages === null ? null : `${to.pages}/nodes/${encodeURIComponent(name)}`,
  }));
}

/** Only where all have the same. */
function commitOf(items: readonly Item[], { to }: Around): Linked | null {
  const [id, ...more] = new Set(items.map(({ commit }) => commit));
  if (!id || more.length > 0) return null;
  return { name: id.slice(0, 10), url: to.pages === null ? null : `${to.pages}/commits/${id}` };
}

function adviceFor(advice: string, open: readonly Item[]): string {
  const [only] = open;
  if (open.length !== 1 || !only) return advice;
  return advice.replaceAll('NODE', only.node ?? 'NODE').replaceAll('IMAGE', only.about || 'IMAGE');
}
