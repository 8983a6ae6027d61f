/** Files that documents refer to by name: late steps, keys, certificates; and templates. Taken as text, as they are. */

import type { DocumentCache } from './document-cache.ts';
import type { Placed } from './gather.ts';
import { nearest } from './nearest.ts';
import type { Report } from './report.ts';
import { isReferredFile, type TreeEntry } from './site-paths.ts';
import type { Path } from './yaml-positions.ts';

/** Path in the repository → text. */
export type ReferredFiles = ReadonlyMap<string, string>;

const MAX_BYTES = 256 * 1024;

export function readReferredFiles(
  tree: readonly TreeEntry[],
  cache: Pick<DocumentCache, 'bytes'>,
  report: Report,
): ReferredFiles {
  const texts = new Map<string, string>();
  for (const { path, blob } of tree) {
    if (!isReferredFile(path)) continue;
    const bytes = cache.bytes(blob);
    if (!bytes) throw new Error(`the document cache lacks ${blob} of ${path}`);
    const text = textOf(bytes);
    texts.set(path, text ?? '');
    if (text !== null) continue;
    report.file(path, {
      ...{ code: 'syntax', hint: 'Save it as UTF-8, and smaller.' },
      message: `the file must be text in UTF-8, of at most ${MAX_BYTES} bytes`,
    });
  }
  return texts;
}

function textOf(bytes: Uint8Array): string | null {
  if (bytes.length > MAX_BYTES) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

const PLACES = {
  'late step': {
    folder: 'profiles/late',
    ending: '.sh',
    needs: /^#!\//,
    what: 'begin with the program that runs it, like `#!/bin/sh`',
  },
  key: {
    ...{ folder: 'profiles/keys', ending: '.asc' },
    ...{ needs: /^-----BEGIN PGP PUBLIC KEY BLOCK-----$/m, what: 'be an armored OpenPGP public key' },
  },
  certificate: {
    ...{ folder: 'profiles/certificates', ending: '.crt' },
    ...{ needs: /^-----BEGIN CERTIFICATE-----$/m, what: 'be a certificate in PEM' },
  },
} as const;

export type ReferredKind = keyof typeof PLACES;

export function referredPath(kind: ReferredKind, name: string): string {
  const { folder, ending } = PLACES[kind];
  return `${folder}/${name}${ending}`;
}

/** That the file a document names is there, and is what it is taken for. */
export function checkReferred(
  document: Placed<'Site'> | Placed<'Profile'>,
  path: Path,
  kind: ReferredKind,
  name: string,
  files: ReferredFiles,
  report: Report,
): void {
  const file = referredPath(kind, name);
  const text = files.get(file);
  const { folder, ending, needs, what } = PLACES[kind];
  if (text === undefined) {
    const names = [...files.keys()].filter((other) => other.startsWith(`${folder}/`));
    const guess = nearest(
      name,
      names.map((other) => other.slice(folder.length + 1, -ending.length)),
    );
    const hint = guess ? `Did you mean \`${guess}\`?` : `Add ${file}.`;
    report.at(document, path, {
      code: 'dangling',
      message: `there is no ${kind} ${JSON.stringify(name)}`,
      hint,
    });
  } else if (text !== '' && /^-----BEGIN [A-Z ]*PRIVATE KEY/m.test(text)) {
    const hint = 'Take it out of the repository, and do not use it any more: it stays in the history.';
    report.file(file, { code: 'secret', message: 'a private key is written here', hint });
  } else if (text !== '' && !needs.test(text)) {
    report.file(file, { code: 'schema', message: `a ${kind} must ${what}`, hint: 'Mend the file.' });
  }
}
