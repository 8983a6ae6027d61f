/** Whose signature commits need: the keys that the site names, and that they are keys. */

import type { Trust } from '../model/signer.ts';
import type { VerifySpec } from '../model/site.ts';
import { parseSshSigners } from '../model/ssh-signers.ts';
import type { Placed } from './gather.ts';
import { nearest } from './nearest.ts';
import { checkReferred, type ReferredFiles, referredPath } from './referred-files.ts';
import type { Report } from './report.ts';

/** Of a site that was checked. A name may have a file of either kind, or both. */
export function buildTrust(spec: VerifySpec | undefined, files: ReferredFiles): Trust | null {
  if (!spec) return null;
  const keys = spec.keys.flatMap((name) =>
    (['openpgp', 'ssh'] as const).flatMap((kind) => {
      const text = files.get(pathOf(kind, name));
      return text === undefined ? [] : [{ name, kind, text }];
    }),
  );
  return { mode: spec.mode ?? 'head', keys, approvers: spec.approvers ?? spec.keys };
}

export function checkVerify(site: Placed<'Site'>, files: ReferredFiles, report: Report): void {
  const { keys = [], approvers = [] } = site.spec.verify ?? {};
  for (const [index, name] of keys.entries()) {
    const path = ['spec', 'verify', 'keys', index];
    const ssh = files.get(pathOf('ssh', name));
    if (ssh !== undefined) checkSsh(pathOf('ssh', name), ssh, report);
    if (files.has(pathOf('openpgp', name))) checkReferred(site, path, 'key', name, files, report);
    else if (ssh === undefined) {
      const guess = nearest(name, keyNames(files));
      report.at(site, path, {
        ...{ code: 'dangling', message: `there is no key ${JSON.stringify(name)}` },
        hint: guess
          ? `Did you mean \`${guess}\`?`
          : `Add ${pathOf('ssh', name)} or ${pathOf('openpgp', name)}.`,
      });
    }
  }
  for (const [index, name] of approvers.entries()) {
    if (keys.includes(name)) continue;
    const guess = nearest(name, keys);
    report.at(site, ['spec', 'verify', 'approvers', index], {
      ...{ code: 'dangling', message: `${JSON.stringify(name)} is not among the keys of spec.verify` },
      hint: guess ? `Did you mean \`${guess}\`?` : 'Add it to `keys`.',
    });
  }
}

function keyNames(files: ReferredFiles): string[] {
  return [...files.keys()].flatMap((path) => /^profiles\/keys\/(.+)\.(?:asc|pub)$/.exec(path)?.[1] ?? []);
}

function checkSsh(path: string, text: string, report: Report): void {
  const { signers, mistakes } = parseSshSigners(text);
  if (signers.length === 0 && mistakes.length === 0) mistakes.push({ line: 1, message: 'has no key' });
  for (const { line, message } of mistakes) {
    report.file(path, {
      ...{ code: 'schema', message: `line ${line} ${message}` },
      hint: 'Write the public key as ssh-keygen does (`ssh-ed25519 AAAA… ada@example.org`), one a line.',
    });
  }
}

function pathOf(kind: 'openpgp' | 'ssh', name: string): string {
  return kind === 'ssh' ? `profiles/keys/${name}.pub` : referredPath('key', name);
}
