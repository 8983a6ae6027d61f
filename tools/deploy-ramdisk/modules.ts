/** Which kernel modules go into the ramdisk, and in which order they load. */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface ModuleOrder {
  /** File names, what one needs before it. */
  early: string[];
  late: string[];
  /** By file name, uncompressed. */
  files: Map<string, Uint8Array>;
}

/** Takes the text of modules.list and the folder of a kernel's modules. Names that it does not have are left out. */
export function orderModules(list: string, folder: string): ModuleOrder {
  const paths = new Map<string, string>();
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/\.ko(\.xz|\.zst)?$/.test(path)) paths.set(nameOf(path), join(folder, path));
  }
  const order: ModuleOrder = { early: [], late: [], files: new Map() };

  function take(name: string, into: string[]): void {
    const path = paths.get(name);
    const file = `${name}.ko`;
    if (path === undefined || order.files.has(file)) return;
    const content = readModule(path);
    // Before what it needs, so that a circle ends.
    order.files.set(file, content);
    for (const needed of dependencies(content)) take(needed, into);
    into.push(file);
  }

  for (const line of list.split('\n')) {
    const [first = '', second] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (first === 'late') take(canonical(second ?? ''), order.late);
    else if (first !== '') take(canonical(first), order.early);
  }
  return order;
}

function nameOf(path: string): string {
  return canonical(basename(path).replace(/\.ko(\.xz|\.zst)?$/, ''));
}

/** The kernel takes hyphens and underscores for the same. */
function canonical(name: string): string {
  return name.replaceAll('-', '_');
}

function readModule(path: string): Uint8Array {
  const program = path.endsWith('.xz') ? 'xz' : path.endsWith('.zst') ? 'zstd' : null;
  if (program === null) return readFileSync(path);
  return execFileSync(program, ['-dcq', path], { maxBuffer: 2 ** 28 });
}

/** The `depends=` of its .modinfo section: zero-terminated text. Soft dependencies come before it, when they are there. */
function dependencies(content: Uint8Array): string[] {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
  const depends = /\0depends=([^\0]*)\0/.exec(text)?.[1] ?? '';
  const soft = /\0softdep=pre: ([^\0]*)\0/.exec(text)?.[1] ?? '';
  return [...soft.split(/\s+/), ...depends.split(',')].filter((name) => name !== '').map(canonical);
}
