/** Every document of a tree, by kind and name; what is wrong with the set as a set. */

import type { Kind, Metadata, SpecOf } from '../model/site.ts';
import type { DocumentCache } from './document-cache.ts';
import { compareText } from './natural-order.ts';
import { MAX_FILE_BYTES, type ParsedFile } from './parse-file.ts';
import type { Located, Report } from './report.ts';
import { isSitePath, needsText, stackFile, type TreeEntry } from './site-paths.ts';

export interface Placed<K extends Kind> extends Located {
  name: string;
  metadata: Metadata;
  spec: SpecOf[K];
}

export interface Gathered {
  /** Documents whose shape can be trusted, by name. */
  sound: { [K in Kind]: Map<string, Placed<K>> };
  /** True when a document of that kind and name is written somewhere, or may be: in a file that could not be read. */
  mayExist(kind: Kind, name: string): boolean;
  /** True when a document of that kind is written somewhere, or may be in a file that could not be read. */
  mayHold(kind: Kind): boolean;
  names(kind: Kind): string[];
  /** Files of each stack's directory, in order. */
  stackFiles: Map<string, { file: string; blob: string; content: Uint8Array }[]>;
}

/** All text of one commit; 64 full-size files. */
const MAX_TOTAL_BYTES = 64 * MAX_FILE_BYTES;

/** Throws only when the cache lacks a file that `missing` would have named. */
export function gather(
  tree: readonly TreeEntry[],
  cache: Pick<DocumentCache, 'get' | 'bytes'>,
  report: Report,
): Gathered {
  const entries = tree.filter(({ path }) => isSitePath(path)).sort((a, b) => compareText(a.path, b.path));
  const sound: Gathered['sound'] = {
    Site: new Map(),
    Network: new Map(),
    Pool: new Map(),
    Node: new Map(),
    Profile: new Map(),
    Stack: new Map(),
    Image: new Map(),
  };
  const first = new Map<string, Located>();
  const names: Record<Kind, string[]> = {
    Site: [],
    Network: [],
    Pool: [],
    Node: [],
    Profile: [],
    Stack: [],
    Image: [],
  };
  const unread: ParsedFile[] = [];
  const stackFiles: Gathered['stackFiles'] = new Map();
  let total = 0;

  for (const { path, blob } of entries) {
    const stack = stackFile(path);
    if (stack) {
      const files = stackFiles.get(stack.stack) ?? [];
      stackFiles.set(stack.stack, files);
      const content = cache.bytes(blob);
      if (!content) throw new Error(`the document cache lacks ${blob} of ${path}`);
      files.push({ file: stack.file, blob, content });
    }
    if (!needsText(path)) continue;
    const parsed = cache.get(blob);
    if (!parsed) throw new Error(`the document cache lacks ${blob} of ${path}`);
    total += parsed.bytes;
    report.text(path, parsed);
    if (!parsed.whole) unread.push(parsed);
    for (const document of parsed.documents) place({ file: path, parsed, document });
  }
  if (total > MAX_TOTAL_BYTES) {
    const message = `the site's documents have ${total} bytes; at most ${MAX_TOTAL_BYTES} are read`;
    report.file('inventory', {
      code: 'too-large',
      message,
      hint: 'Split the site into several repositories.',
    });
  }
  return {
    sound,
    stackFiles,
    mayExist: (kind, name) => first.has(`${kind} ${name}`) || unread.some(({ text }) => defines(text, name)),
    mayHold: (kind) => names[kind].length > 0 || unread.length > 0,
    names: (kind) => names[kind],
  };

  function place(where: Located): void {
    const { kind, name, value, sound: trusted } = where.document;
    const key = `${kind} ${name}`;
    const other = first.get(key);
    if (other) {
      const message = `${kind} ${JSON.stringify(name)} is written twice; the other one is at ${report.place(other, ['metadata', 'name'])}`;
      report.at(where, ['metadata', 'name'], {
        code: 'duplicate',
        message,
        hint: 'Rename or delete one of the two.',
      });
      return;
    }
    first.set(key, where);
    names[kind].push(name);
    if (!trusted) return;
    const placed = { ...where, name, metadata: value.metadata, spec: value.spec };
    (sound[kind] as Map<string, unknown>).set(name, placed);
  }
}

/** Whether a text that could not be read may define the name: it stands behind `name:` there. */
function defines(text: string, name: string): boolean {
  if (text === '') return true;
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const before = text.slice(Math.max(0, at - 20), at);
    const after = text[at + name.length] ?? ' ';
    if (/name["']?\s*:\s*["']?$/.test(before) && !/[A-Za-z0-9-]/.test(after)) return true;
  }
  return false;
}
