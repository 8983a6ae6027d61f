/** What the simulated installer takes from a Debian preseed text: its own directives, and nothing else. */

import type { InstallRecord } from '../model/event.ts';

export interface Answers {
  record: InstallRecord;
  /** Base of the callbacks; `/progress`, `/complete` and `/failed` are put behind it. */
  callbackUrl: string;
  reportUrl: string;
  /** The installed system signs its reports with it. */
  reportKey: string;
  configDigest: string;
  /** In the order they are to be applied. */
  stacks: string[];
}

/** An answer file that an installer could not work with. */
export class AnswersError extends Error {
  override readonly name = 'AnswersError';
}

/**
 * Reads `d-i barewright/NAME TYPE VALUE` lines. Comments are skipped, and a `\` at the end of a line swallows
 * the next one, as debconf-set-selections does. Throws `AnswersError` naming the first directive that is missing.
 */
export function readAnswers(preseed: string): Answers {
  const values = new Map<string, string>();
  for (const line of preseed.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const match = /^\s*d-i\s+barewright\/(\S+)\s+\S+(?:\s+(.*?))?\s*$/.exec(line);
    if (match?.[1]) values.set(match[1], match[2] ?? '');
  }
  function need(name: string): string {
    const value = values.get(name);
    if (!value) throw new AnswersError(`the answer file has no barewright/${name}`);
    return value;
  }
  const generation = Number(need('generation'));
  if (!Number.isSafeInteger(generation))
    throw new AnswersError('barewright/generation is not a whole number');
  return {
    record: {
      installId: need('install-id'),
      profile: need('profile'),
      generation,
      installDigest: need('install-digest'),
      commit: need('commit'),
    },
    callbackUrl: needUrl(need('callback-url')).replace(/\/$/, ''),
    reportUrl: needUrl(need('report-url')),
    reportKey: need('report-key'),
    configDigest: need('config-digest'),
    stacks: (values.get('stacks') ?? '').split(/\s+/).filter(Boolean),
  };
}

function needUrl(text: string): string {
  if (!URL.canParse(text)) throw new AnswersError(`"${text}" in the answer file is not a URL`);
  return text;
}
