import { JournalError } from '../model/journal.ts';

/** SQLite's primary result codes (sqlite.org/rescode.html); the extended ones carry them in the low byte. */
const PERM = 3;
const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return Number(error.errcode) & 0xff;
}

export function isBusy(error: unknown): boolean {
  return resultCode(error) === BUSY;
}

function detailOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The store at `file` makes no sense. Nothing was changed; says what to do about it. */
export function corrupt(file: string, why: string, cause?: unknown): JournalError {
  return new JournalError(
    'corrupt',
    `The journal ${file} cannot be read: ${why}. Put back a copy, or move it away and start again: ` +
      'the nodes are then found anew and adopted from their own reports, and no disk is touched.',
    { cause },
  );
}

/** What went wrong while opening or reading. What SQLite does not explain as such stays as it is. */
export function asReadError(file: string, error: unknown): unknown {
  if (error instanceof JournalError) return error;
  const code = resultCode(error);
  const why = detailOf(error);
  if (code === CORRUPT || code === NOTADB) return corrupt(file, why, error);
  const advice: Partial<Record<number, string>> = {
    [BUSY]: 'Another program holds it; close that first',
    [PERM]: 'Let this user read and write it',
    [READONLY]: 'Let this user write it and its directory',
    [IOERR]: 'Check its disk',
    [FULL]: 'Make room on its disk',
    [CANTOPEN]: 'Check that its directory is there and that this user may write it',
  };
  const what = code !== undefined && advice[code];
  if (!what) return error;
  return new JournalError('unavailable', `The journal ${file} cannot be opened: ${why}. ${what}.`, {
    cause: error,
  });
}

/** What went wrong while writing. */
export function asWriteError(file: string, error: unknown): unknown {
  if (error instanceof JournalError) return error;
  const code = resultCode(error);
  if (code === CORRUPT || code === NOTADB) return corrupt(file, detailOf(error), error);
  const advice: Partial<Record<number, string>> = {
    [FULL]: 'make room on its disk and start again',
    [IOERR]: 'check its disk and quota, and start again',
    [READONLY]: 'it became read-only; make it writable and start again',
    [CANTOPEN]: 'its directory went away; bring it back and start again',
  };
  const what = (code !== undefined && advice[code]) || 'mend that and start again';
  return new JournalError(
    'write-failed',
    `The journal ${file} could not be written (${detailOf(error)}): ${what}. What was not written is observed again.`,
    { cause: error },
  );
}
