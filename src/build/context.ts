/** Files of a commit as the tar archive that builders take. */

import { tarHeader } from '../render/ustar.ts';

export interface ContextFile {
  /** From the top of the context. */
  path: string;
  kind: 'file' | 'program' | 'link';
  /** Of its content; of a link, of where it leads. */
  blob: string;
}

export interface ContextSource {
  sizes(ids: Iterable<string>): Promise<Map<string, number>>;
  blobs(ids: Iterable<string>): Promise<Map<string, Uint8Array>>;
}

const BLOCK = 512;
/** Bytes read at once, where one file does not have more. */
const BATCH = 32 * 2 ** 20;
/**
 * The same for every file of every commit, so that the same content is the same layer. 1 January 2000: archives of some kinds
 * cannot hold a time before 1980.
 */
const TIME = 946_684_800;
const MODES = { file: 0o644, program: 0o755, link: 0o777 } as const;

/** POSIX.1-2001 (pax): a name of any length. */
export async function* packContext(
  files: readonly ContextFile[],
  source: ContextSource,
): AsyncGenerator<Uint8Array> {
  const sizes = await source.sizes(files.map(({ blob }) => blob));
  for (const batch of batches(files, sizes)) {
    const blobs = await source.blobs(batch.map(({ blob }) => blob));
    for (const file of batch) yield* entry(file, blobs.get(file.blob) ?? new Uint8Array());
  }
  yield new Uint8Array(2 * BLOCK);
}

function* batches(files: readonly ContextFile[], sizes: ReadonlyMap<string, number>) {
  let batch: ContextFile[] = [];
  let bytes = 0;
  for (const file of files) {
    const size = sizes.get(file.blob) ?? 0;
    if (batch.length > 0 && bytes + size > BATCH) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(file);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

function* entry({ path, kind }: ContextFile, content: Uint8Array): Generator<Uint8Array> {
  const link = kind === 'link' ? Buffer.from(content).toString('utf8') : '';
  const long = { ...tooLong('path', path), ...tooLong('linkpath', link) };
  const records = Buffer.from(Object.entries(long).map(paxRecord).join(''));
  if (records.length > 0) {
    yield tarHeader({ path: 'pax', mode: 0o644, size: records.length, type: 'x', time: TIME });
    yield* padded(records);
  }
  const size = kind === 'link' ? 0 : content.length;
  yield tarHeader({
    ...{ path: cut(path), mode: MODES[kind], size, time: TIME },
    ...(kind === 'link' ? { type: '2', link: cut(link) } : {}),
  });
  if (size > 0) yield* padded(content);
}

/** Of tarHeader. */
const LONGEST = 100;

function tooLong(key: string, text: string): Record<string, string> {
  return Buffer.byteLength(text) > LONGEST ? { [key]: text } : {};
}

/** What programs without pax would see; any shorter name will do. */
function cut(text: string): string {
  return Buffer.byteLength(text) > LONGEST ? 'long' : text;
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function paxRecord([key, value]: [string, string]): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + `${rest}`.length;
  length = rest + `${length}`.length;
  return `${length} ${key}=${value}\n`;
}

function* padded(bytes: Uint8Array): Generator<Uint8Array> {
  yield bytes;
  const over = bytes.length % BLOCK;
  if (over > 0) yield new Uint8Array(BLOCK - over);
}
