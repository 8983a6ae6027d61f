/** What a simulated installer takes from its answers: the archive's file of KEY='value' lines, and nothing else. */

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

/** Where installers' archives have it: `barewright/answers` for the Debian installer, `answers` for the deploy ramdisk. */
const ENTRY = /070701([0-9A-Fa-f]{104})(?:barewright\/)?answers\0+/;

/**
 * Reads `BW_NAME='value'` lines out of a cpio archive (newc) that was taken as text. Throws `AnswersError` naming the first
 * line that is missing.
 */
export function readAnswers(archive: string): Answers {
  const values = new Map<string, string>();
  for (const [, name = '', value = ''] of answersIn(archive).matchAll(/^BW_([A-Z_]+)='([^']*)'$/gm)) {
    values.set(name, value);
  }
  function need(name: string): string {
    const value = values.get(name);
    if (!value) throw new AnswersError(`the answers have no BW_${name}`);
    return value;
  }
  const generation = Number(need('GENERATION'));
  if (!Number.isSafeInteger(generation)) throw new AnswersError('BW_GENERATION is not a whole number');
  return {
    record: {
      installId: need('INSTALL_ID'),
      profile: need('PROFILE'),
      generation,
      installDigest: need('INSTALL_DIGEST'),
      commit: need('COMMIT'),
    },
    callbackUrl: needUrl(need('CALLBACK_URL')).replace(/\/$/, ''),
    reportUrl: needUrl(need('REPORT_URL')),
    reportKey: need('REPORT_KEY'),
    configDigest: need('CONFIG_DIGEST'),
    stacks: (values.get('STACKS') ?? '').split(/\s+/).filter(Boolean),
  };
}

/** The file has only ASCII, so that its bytes are as many as its characters; the header says how many (field 7 of 13). */
function answersIn(archive: string): string {
  const found = ENTRY.exec(archive);
  if (!found) throw new AnswersError('the archive holds no answers');
  const size = Number.parseInt((found[1] ?? '').slice(6 * 8, 7 * 8), 16);
  const start = found.index + found[0].length;
  return archive.slice(start, start + size);
}

function needUrl(text: string): string {
  if (!URL.canParse(text)) throw new AnswersError(`"${text}" in the answers is not a URL`);
  return text;
}
