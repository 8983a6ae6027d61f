import type { Git } from './command.ts';
import { GitError } from './errors.ts';
import { checkObjectId } from './names.ts';

export interface BlobLimits {
  /** Bytes of one file. */
  file: number;
  /** Bytes of all files read at once. */
  total: number;
}

export const BLOB_LIMITS: BlobLimits = { file: 8 * 2 ** 20, total: 256 * 2 ** 20 };

export interface BlobReader {
  git: Git;
  limits: BlobLimits;
  /** Brings objects that are not here, all in one request; null where there is nowhere to fetch from. */
  fetch: ((ids: string[]) => Promise<void>) | null;
}

/**
 * The content of each blob, by its id, with two git processes for however many: one for the sizes, one for the content.
 * Throws GitError 'missing-object' for an object that cannot be had, 'unsafe' for one that is no blob or too large.
 */
export async function readBlobs(reader: BlobReader, ids: Iterable<string>): Promise<Map<string, Buffer>> {
  const wanted = [...new Set(ids)].map(checkObjectId);
  if (wanted.length === 0) return new Map();
  const sizes = await fetchedSizes(reader, wanted);
  const total = checkSizes(wanted, sizes, reader.limits);
  const most = total + wanted.length * 100;
  return parseBatch(await reader.git.pipe(['cat-file', '--batch', '--buffer'], lines(wanted), most), wanted);
}

/** The bytes of each blob, by its id. Throws likewise. */
export async function blobSizes(
  reader: Omit<BlobReader, 'limits'>,
  ids: Iterable<string>,
): Promise<Map<string, number>> {
  const wanted = [...new Set(ids)].map(checkObjectId);
  if (wanted.length === 0) return new Map();
  const sizes = await fetchedSizes(reader, wanted);
  for (const id of wanted) if (!sizes.has(id)) throw absentError(id);
  return sizes;
}

async function fetchedSizes(
  { git, fetch }: Omit<BlobReader, 'limits'>,
  wanted: string[],
): Promise<Map<string, number>> {
  const sizes = await readSizes(git, wanted);
  const absent = wanted.filter((id) => !sizes.has(id));
  if (absent.length === 0 || !fetch) return sizes;
  await fetch(absent);
  return readSizes(git, wanted);
}

async function readSizes(git: Git, ids: string[]): Promise<Map<string, number>> {
  const answer = await git.pipe(['cat-file', '--batch-check', '--buffer'], lines(ids), ids.length * 200);
  const sizes = new Map<string, number>();
  for (const line of answer.toString('latin1').split('\n')) {
    const [id, type, size] = line.split(' ');
    if (!id || type === 'missing') continue;
    if (type !== 'blob') throw new GitError('unsafe', `${id} is not a file but a ${type}`);
    sizes.set(id, Number(size));
  }
  return sizes;
}

function checkSizes(ids: string[], sizes: Map<string, number>, limits: BlobLimits): number {
  let total = 0;
  for (const id of ids) {
    const size = sizes.get(id);
    if (size === undefined) throw absentError(id);
    if (size > limits.file) {
      throw new GitError(
        'unsafe',
        `file ${id} has ${size} bytes, over the limit of ${limits.file}; take it out of the commit`,
      );
    }
    total += size;
  }
  if (total <= limits.total) return total;
  throw new GitError(
    'unsafe',
    `the files have ${total} bytes together, over the limit of ${limits.total}; take the large ones out`,
  );
}

function absentError(id: string): GitError {
  return new GitError(
    'missing-object',
    `the content of file ${id} is not in the repository; run git fsck there, and fetch again`,
  );
}

/** `<id> blob <size>\n<content>\n`, once for each id, in their order (git-cat-file(1), BATCH OUTPUT). */
function parseBatch(output: Buffer, ids: string[]): Map<string, Buffer> {
  const blobs = new Map<string, Buffer>();
  let at = 0;
  for (const id of ids) {
    const end = output.indexOf(10, at);
    const [named, type, size] = output.toString('latin1', at, end).split(' ');
    if (end < 0 || named !== id || type !== 'blob') {
      throw new GitError('missing-object', `file ${id} went away while it was read; it is read again`);
    }
    const start = end + 1;
    at = start + Number(size) + 1;
    blobs.set(id, output.subarray(start, at - 1));
  }
  return blobs;
}

function lines(ids: string[]): string {
  return `${ids.join('\n')}\n`;
}
