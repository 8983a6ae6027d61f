/** cpio archives in the "newc" form that Linux unpacks as initramfs (kernel: early-userspace/buffer-format). */

export interface CpioEntry {
  /** Without a leading slash. */
  path: string;
  /** File type and permissions, as in stat(2): `0o100600` is a file that root alone reads. */
  mode: number;
  content?: Uint8Array;
  /** Major and minor number of a device node. */
  device?: [major: number, minor: number];
}

/** The same entries give the same bytes: owned by root, without times, in the order they are given. */
export function cpioArchive(entries: readonly CpioEntry[]): Uint8Array {
  const parts = [...entries, { path: 'TRAILER!!!', mode: 0 }].flatMap((entry, index) => {
    const content = 'content' in entry && entry.content ? entry.content : new Uint8Array();
    return [
      header(entry, index + 1, content.length),
      padding(HEADER + nameLength(entry)),
      content,
      padding(content.length),
    ];
  });
  const archive = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    archive.set(part, at);
    at += part.length;
  }
  return archive;
}

/** Puts before the entries the folders that they lie in: Linux makes none by itself. */
export function withFolders(entries: readonly CpioEntry[]): CpioEntry[] {
  const folders = new Set<string>();
  for (const { path } of entries) {
    const parts = path.split('/');
    for (let n = 1; n < parts.length; n++) folders.add(parts.slice(0, n).join('/'));
  }
  return [...[...folders].sort().map((path) => ({ path, mode: FOLDER })), ...entries];
}

const FOLDER = 0o040755;
const HEADER = 110;
const encoder = new TextEncoder();

/** With the zero byte that ends it. */
function nameLength({ path }: CpioEntry): number {
  return encoder.encode(path).length + 1;
}

function header(entry: CpioEntry, inode: number, size: number): Uint8Array {
  const [major, minor] = entry.device ?? [0, 0];
  const links = 1;
  const fields = [inode, entry.mode, 0, 0, links, 0, size, 0, 0, major, minor, nameLength(entry), 0];
  const hex = fields.map((field) => field.toString(16).toUpperCase().padStart(8, '0')).join('');
  return encoder.encode(`070701${hex}${entry.path}\0`);
}

/** Zero bytes up to the next multiple of four. */
function padding(length: number): Uint8Array {
  return new Uint8Array((4 - (length % 4)) % 4);
}
