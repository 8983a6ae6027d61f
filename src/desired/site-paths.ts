/** Which files of the repository make up the site. */

export interface TreeEntry {
  /** From the root of the repository, with `/`. */
  path: string;
  /** Object name of the file's content. */
  blob: string;
}

const DOCUMENTS = /^(?:inventory\/(?:[^/]+\/)*|profiles\/)[^/]+\.ya?ml$/;
/** Late steps, keys, certificates, templates and SOPS files: documents name them, or they stand in for what is built in. */
const REFERRED =
  /^(?:profiles\/(?:late\/[^/]+\.sh|keys\/[^/]+\.(?:asc|pub)|certificates\/[^/]+\.crt|templates\/.+)|secrets\/.+\.(?:ya?ml|json))$/;
const STACK_FILE = /^profiles\/stacks\/([^/]+)\/(.+)$/s;

/** True when a change of this file can change the site: its text is read, or it belongs to a stack's directory. */
export function isSitePath(path: string): boolean {
  return needsText(path) || STACK_FILE.test(path) || isReferredFile(path);
}

/** True for files that are taken as they are, by the documents' names for them. */
export function isReferredFile(path: string): boolean {
  return REFERRED.test(path);
}

/** True for the files whose text the document cache wants. */
export function needsText(path: string): boolean {
  const stack = stackFile(path);
  return stack ? /^stack\.ya?ml$/.test(stack.file) : DOCUMENTS.test(path);
}

/** The stack's directory name and the path inside it, or null when the file belongs to no stack. */
export function stackFile(path: string): { stack: string; file: string } | null {
  const match = STACK_FILE.exec(path);
  return match ? { stack: match[1] ?? '', file: match[2] ?? '' } : null;
}
