/** Secrets: that what refers to an SOPS file finds an encrypted value, and that none stands in the clear as far as one can see. */

import type { SecretRef } from '../model/secret-ref.ts';
import { KINDS } from '../model/site.ts';
import { SopsError } from '../sops/error.ts';
import { readSopsFile, type SopsFile } from '../sops/read.ts';
import { isEncrypted } from '../sops/value.ts';
import type { Gathered, Placed } from './gather.ts';
import { nearest } from './nearest.ts';
import { findPlainSecrets, holdsPrivateKey } from './plain-secrets.ts';
import type { ReferredFiles } from './referred-files.ts';
import type { Report } from './report.ts';
import { isReferredFile } from './site-paths.ts';
import type { Path } from './yaml-positions.ts';

const CHANGE_IT =
  'then change it: what was committed stays in the history (docs/security.md#secrets-in-git).';

export function checkSecrets(gathered: Gathered, files: ReferredFiles, report: Report): void {
  for (const site of gathered.sound.Site.values()) {
    for (const [path, ref] of sopsRefs(site.spec, ['spec'])) checkRef(site, path, ref, files, report);
  }
  for (const kind of KINDS) {
    for (const document of gathered.sound[kind].values()) {
      for (const { path, what } of findPlainSecrets(kind, document)) {
        report.at(document, path, {
          ...{ code: 'secret', severity: 'warning', message: `${what} looks like a secret in the clear` },
          hint: `If it is one, take it out; ${CHANGE_IT}`,
        });
      }
    }
  }
  for (const [stack, content] of gathered.stackFiles) {
    for (const { file, content: bytes } of content) {
      if (holdsPrivateKey(new TextDecoder().decode(bytes)))
        warnOfKey(`profiles/stacks/${stack}/${file}`, report);
    }
  }
  for (const [path, text] of files) {
    if (!path.startsWith('profiles/keys/') && holdsPrivateKey(text)) warnOfKey(path, report);
  }
}

function warnOfKey(file: string, report: Report): void {
  report.file(file, {
    ...{ code: 'secret', severity: 'warning', message: 'a private key is written here' },
    hint: `Take it out; ${CHANGE_IT}`,
  });
}

type SopsRef = Extract<SecretRef, { sops: string }>;

/** Nothing else in a site's spec has the two fields. */
function* sopsRefs(value: unknown, path: Path): Generator<[Path, SopsRef]> {
  if (typeof value !== 'object' || value === null) return;
  if ('sops' in value && 'key' in value && typeof value.sops === 'string' && typeof value.key === 'string') {
    yield [path, { sops: value.sops, key: value.key }];
    return;
  }
  for (const [name, child] of Object.entries(value)) yield* sopsRefs(child, [...path, name]);
}

function checkRef(
  site: Placed<'Site'>,
  path: Path,
  { sops: file, key }: SopsRef,
  files: ReferredFiles,
  report: Report,
): void {
  const text = files.get(file);
  // The schema has told already that there are no such files.
  if (!isReferredFile(file) || file.includes('/../')) return;
  if (text === undefined) {
    const guess = nearest(
      file,
      [...files.keys()].filter((name) => name.startsWith('secrets/')),
    );
    const hint = guess ? `Did you mean \`${guess}\`?` : 'Commit it, encrypted by sops.';
    report.at(site, [...path, 'sops'], { code: 'dangling', message: `there is no file ${file}`, hint });
    return;
  }
  const read = readOrWhy(text);
  if (read instanceof SopsError) {
    // What only the program sops can read is not looked into.
    if (read.code === 'foreign') return;
    const hint = `Encrypt it (sops encrypt --in-place ${file}); where it held secrets, ${CHANGE_IT}`;
    report.at(site, [...path, 'sops'], { code: 'secret', message: `${file} ${read.message}`, hint });
    return;
  }
  checkKey(site, path, { sops: file, key }, read, report);
}

function checkKey(
  site: Placed<'Site'>,
  path: Path,
  { sops: file, key }: SopsRef,
  { leaves }: SopsFile,
  report: Report,
): void {
  const leaf = leaves.find(({ where }) => where === key);
  if (!leaf) {
    const guess = nearest(
      key,
      leaves.map(({ where }) => where),
    );
    const hint = guess ? `Did you mean \`${guess}\`?` : `Add it: sops edit ${file}`;
    report.at(site, [...path, 'key'], { code: 'dangling', message: `${file} has no value ${key}`, hint });
  } else if (!isEncrypted(leaf.value)) {
    const hint = `Have sops encrypt it (see \`unencrypted_suffix\` and the like in ${file}); ${CHANGE_IT}`;
    report.at(site, [...path, 'key'], {
      ...{ code: 'secret', message: `${key} is not encrypted in ${file}`, hint },
    });
  }
}

function readOrWhy(text: string): SopsFile | SopsError {
  try {
    return readSopsFile(text);
  } catch (error) {
    if (error instanceof SopsError) return error;
    throw error;
  }
}
