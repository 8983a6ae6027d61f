/** A message as plain text: for mail, and for what has no markup of its own. Pure. */

import type { Linked, Message } from './message.ts';

const MARKS: Record<Message['severity'], string> = { error: 'error', warning: 'warning', info: 'info' };

/** `[karoo] warning: 400 BMCs …`, on one line. */
export function headline({ site, kind, severity, title }: Message): string {
  const mark = kind === 'over' || kind === 'test' ? '' : `${MARKS[severity]}: `;
  return `[${site}] ${mark}${title}`;
}

/** What stands below the headline, a paragraph each. */
export function paragraphs(message: Message): string[] {
  const { details, advice, nodes, commit, page, since, kind } = message;
  const when = kind === 'test' ? '' : `${kind === 'news' ? 'At' : 'Since'} ${minute(since)} UTC`;
  return [
    details.join('\n'),
    advice,
    [when, commit ? `commit ${linked(commit)}` : ''].filter(Boolean).join(', '),
    nodes.some(({ url }) => url !== null) ? nodes.map(linked).join('\n') : '',
    page ?? '',
  ].filter((text) => text !== '');
}

export function plainText(message: Message): string {
  return [headline(message), ...paragraphs(message)].join('\n\n');
}

export function minute(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

function linked({ name, url }: Linked): string {
  return url === null ? name : `${name} ${url}`;
}
