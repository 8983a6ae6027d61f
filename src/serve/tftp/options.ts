/** What a transfer agrees on: block size (RFC 2348), size and timeout (RFC 2349), window (RFC 7440). */

export interface Terms {
  /** Bytes of a block. */
  blockSize: number;
  /** Blocks that are on their way at once. */
  window: number;
  /** ms until what was not acknowledged is sent again. */
  timeout: number;
  /** To be said back; empty where nothing was asked for. */
  accepted: ReadonlyMap<string, number>;
}

/** Of an Ethernet frame: what is larger would be sent in fragments, which many boot ROMs cannot put together. */
const MOST_BYTES = 1468;
const MOST_BLOCKS = 32;

export function termsOf(options: ReadonlyMap<string, string>, size: number): Terms {
  const accepted = new Map<string, number>();
  const take = (name: string, least: number, most: number, usual: number): number => {
    const asked = options.get(name);
    if (asked === undefined || !/^\d{1,9}$/.test(asked) || Number(asked) < least) return usual;
    const value = Math.min(Number(asked), most);
    accepted.set(name, value);
    return value;
  };
  const blockSize = take('blksize', 8, MOST_BYTES, 512);
  const window = take('windowsize', 1, MOST_BLOCKS, 1);
  // A longer one cannot be shortened: it has to be taken as it is, or not at all (RFC 2349).
  const seconds = Number(options.get('timeout')) > 10 ? 1 : take('timeout', 1, 10, 1);
  if (options.has('tsize')) accepted.set('tsize', size);
  return { blockSize, window, timeout: seconds * 1000, accepted };
}
