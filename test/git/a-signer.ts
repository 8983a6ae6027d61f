import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SignerKey } from '../../src/model/signer.ts';
import { aFolder, ENV, type Repository } from './a-repository.ts';

export interface TestSigner {
  /** The public half, as a site lists it. */
  key: SignerKey;
  /** What git is told to sign with it. */
  settings: Record<string, string>;
}

/** A new SSH key; the comment is who it belongs to. */
export function anSshSigner(name: string, type = 'ed25519', folder = aFolder()): TestSigner {
  const file = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', `${name}@example.org`, '-f', file]);
  const text = readFileSync(`${file}.pub`, 'utf8');
  return {
    key: { name, kind: 'ssh', text },
    settings: { 'gpg.format': 'ssh', 'user.signingKey': file },
  };
}

export interface PgpSigner extends TestSigner {
  gpg(args: readonly string[], input?: string): string;
  /** The public half as it is now. */
  exported(): SignerKey;
  fingerprint: string;
}

/** A new OpenPGP key. `now` is what its gpg takes for the time, `expires` when the key does: `20240101T000000`. */
export function aPgpSigner(name: string, { now = '', expires = 'never' } = {}): PgpSigner {
  const home = join(aFolder(), 'gnupg');
  mkdirSync(home, { mode: 0o700 });
  const options = [
    '--homedir',
    home,
    '--batch',
    '--quiet',
    '--passphrase',
    '',
    '--pinentry-mode',
    'loopback',
  ];
  if (now !== '') options.push('--faked-system-time', now);
  onTestFinished(() => void execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']));
  const gpg = (args: readonly string[], input = '') =>
    execFileSync('gpg', [...options, ...args], {
      ...{ input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] },
    });
  gpg(['--quick-generate-key', `${name} <${name}@example.org>`, 'ed25519', 'sign', expires]);
  const program = join(home, 'sign');
  const words = options.map((word) => `'${word}'`).join(' ');
  writeFileSync(program, `#!/bin/sh\nexec gpg ${words} "$@"\n`);
  chmodSync(program, 0o755);
  const [, fingerprint = ''] = /^fpr:+([0-9A-F]+):/m.exec(gpg(['--with-colons', '--list-keys'])) ?? [];
  const exported = (): SignerKey => ({ name, kind: 'openpgp', text: gpg(['--armor', '--export']) });
  return {
    ...{ gpg, exported, fingerprint, key: exported() },
    settings: { 'gpg.format': 'openpgp', 'gpg.program': program, 'user.signingKey': fingerprint },
  };
}

/** From now on the repository's commits are signed so; null: not at all. */
export function signWith(repository: Pick<Repository, 'git'>, signer: TestSigner | null): void {
  repository.git('config', 'commit.gpgSign', signer === null ? 'false' : 'true');
  for (const [name, value] of Object.entries(signer?.settings ?? {})) repository.git('config', name, value);
}

/** The object's bytes. */
export function rawCommit({ dir }: Pick<Repository, 'dir'>, id: string): Buffer {
  return execFileSync('git', ['cat-file', 'commit', id], { cwd: dir, env: ENV });
}

/** Stores bytes as a commit, whatever they say, and returns its name. */
export function storeCommit({ dir }: Pick<Repository, 'dir'>, raw: Buffer | string): string {
  const args = ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'];
  return execFileSync('git', args, { cwd: dir, env: ENV, input: raw, encoding: 'utf8' }).trim();
}
