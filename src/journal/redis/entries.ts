/** Events as entries of the stream, and back. */

import type { Event, Reason } from '../../model/event.ts';
import { JournalError } from '../../model/journal.ts';

/** What was asked of BMCs, and what they answered: the commands log. */
const COMMAND_REASONS: ReadonlySet<Reason> = new Set<Reason>(['PowerIntent', 'PowerResult']);

export function isCommand(reason: Reason): boolean {
  return COMMAND_REASONS.has(reason);
}

export const entryId = (event: number): string => `${event}-0`;

/** Names and values in turn; what an event has not is left out. */
export function fieldsOf(event: Event, data: string): string[] {
  const { time, reason, node, message, phase, attempt, actor, commit } = event;
  const fields = { time, reason, node, message, phase, attempt, actor, commit, data };
  return Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [name, String(value)]));
}

/** One answer of XRANGE. Throws `corrupt` for what is no event. */
export function readEntry(shown: string, entry: unknown): { event: Event; data: string } {
  const [id, words] = Array.isArray(entry) ? entry : [];
  const fields = new Map<string, string>();
  if (Array.isArray(words))
    for (let i = 0; i + 1 < words.length; i += 2) fields.set(String(words[i]), String(words[i + 1]));
  const number = Number(/^(\d+)-0$/.exec(String(id))?.[1]);
  const data = fields.get('data');
  const time = Number(fields.get('time'));
  if (
    !Number.isSafeInteger(number) ||
    !Number.isSafeInteger(time) ||
    data === undefined ||
    !fields.has('reason')
  ) {
    throw corruptRedis(shown, `the entry ${String(id)} is no event`);
  }
  const attempt = fields.get('attempt');
  const event = {
    id: number,
    time,
    node: fields.get('node') ?? null,
    commit: fields.get('commit') ?? null,
    phase: fields.get('phase') ?? null,
    attempt: attempt === undefined ? null : Number(attempt),
    actor: fields.get('actor') ?? '',
    reason: fields.get('reason'),
    message: fields.get('message') ?? '',
    data: parseJson(shown, data),
  };
  return { event: event as unknown as Event, data };
}

export function parseJson(shown: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw corruptRedis(shown, 'a stored value is no JSON', error);
  }
}

/** The store makes no sense. Nothing was changed; says what to do about it. */
export function corruptRedis(shown: string, why: string, cause?: unknown): JournalError {
  return new JournalError(
    'corrupt',
    `The journal at ${shown} cannot be read: ${why}. Put back a copy of Redis' files, or remove the keys barewright:* and start ` +
      'again: the nodes are then found anew and adopted from their own reports, and no disk is touched.',
    { cause },
  );
}
