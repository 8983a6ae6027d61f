/** tar archives in the "ustar" form (POSIX.1-1988), which every tar unpacks. */

import { RenderError } from './text.ts';

export interface TarEntry {
  /** Without a leading slash; at most 100 bytes. */
  path: string;
  /** Permissions of a plain file. */
  mode: number;
  content: Uint8Array;
}

/** Of one entry. */
export interface TarHead {
  path: string;
  mode: number;
  /** Bytes that follow. */
  size: number;
  /** `2` for a symbolic link, `x` for pax records of the next entry. */
  type?: '0' | '2' | 'x';
  /** Where a link leads; at most 100 bytes. */
  link?: string;
  /** Seconds since the epoch. */
  time?: number;
}

const BLOCK = 512;
export const MAX_TAR_PATH = 100;
const encoder = new TextEncoder();

/** The same entries give the same bytes: owned by root, without times, in the order they are given. Throws RenderError. */
export function tarArchive(entries: readonly TarEntry[]): Uint8Array {
  const sizes = entries.map(({ content }) => BLOCK + Math.ceil(content.length / BLOCK) * BLOCK);
  const archive = new Uint8Array(sizes.reduce((sum, size) => sum + size, 2 * BLOCK));
  let at = 0;
  for (const [index, entry] of entries.entries()) {
    const { path, mode, content } = entry;
    archive.set(tarHeader({ path, mode, size: content.length }), at);
    archive.set(entry.content, at + BLOCK);
    at += sizes[index] ?? 0;
  }
  return archive;
}

/** 512 bytes. Throws RenderError for a path that is too long. */
export function tarHeader({ path, mode, size, type = '0', link = '', time = 0 }: TarHead): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number) => block.set(encoder.encode(text), at);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  if (encoder.encode(path).length > MAX_TAR_PATH) throw new RenderError('archive', `path too long: ${path}`);
  put(path, 0);
  put(octal(mode, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(size, 11), 124);
  put(octal(time, 11), 136);
  put('        ', 148);
  put(type, 156);
  put(link, 157);
  put('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${octal(sum, 6)} `, 148);
  return block;
}
