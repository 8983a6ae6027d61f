/** tar archives in the "ustar" form (POSIX.1-1988), which every tar unpacks. */

import { RenderError } from './text.ts';

export interface TarEntry {
  /** Without a leading slash; at most 100 bytes. */
  path: string;
  /** Permissions of a plain file. */
  mode: number;
  content: Uint8Array;
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
    archive.set(header(entry), at);
    archive.set(entry.content, at + BLOCK);
    at += sizes[index] ?? 0;
  }
  return archive;
}

function header({ path, mode, content }: TarEntry): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number) => block.set(encoder.encode(text), at);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  if (encoder.encode(path).length > MAX_TAR_PATH) throw new RenderError('archive', `path too long: ${path}`);
  put(path, 0);
  put(octal(mode, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(content.length, 11), 124);
  put(octal(0, 11), 136);
  put('        ', 148);
  put('0', 156);
  put('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${octal(sum, 6)} `, 148);
  return block;
}
