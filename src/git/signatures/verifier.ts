import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signature, SignerKey } from '../../model/signer.ts';
import { takeApart } from './commit-object.ts';
import { openPgpJudge } from './openpgp.ts';
import { openSshJudge } from './ssh.ts';
import { type Judge, refused, type Tool, ToolMissing } from './tool.ts';

export interface Verifier {
  /** Judges a commit by its object's bytes, as `git cat-file commit` prints them. */
  verify(raw: Buffer, id: string): Promise<Signature>;
}

export interface VerifierOptions {
  /** PATH, to find gpg and ssh-keygen on. */
  path: string;
  /** Of one run of a program, ms. Default 30 s. */
  timeout?: number;
  signal?: AbortSignal;
}

const PGP = '-----BEGIN PGP SIGNATURE-----\n';
const SSH = '-----BEGIN SSH SIGNATURE-----\n';

/**
 * Lends `use` a verifier for these keys and no others, in a private folder that is gone afterwards. Neither git's configuration nor
 * that of gpg or ssh has a say (ADR 10). A signature is judged by the program of its own kind, with the keys of that kind.
 */
export async function withVerifier<T>(
  keys: readonly SignerKey[],
  { path, timeout = 30_000, signal }: VerifierOptions,
  use: (verifier: Verifier) => Promise<T>,
): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'barewright-signers-'));
  const tool: Tool = { path, home, timeout, ...(signal ? { signal } : {}) };
  const judges = new Map<SignerKey['kind'], Promise<Judge>>();

  function judge(kind: SignerKey['kind']): Promise<Judge> {
    const open = kind === 'ssh' ? openSshJudge : openPgpJudge;
    const made =
      judges.get(kind) ??
      openIn(
        join(home, kind),
        keys.filter((key) => key.kind === kind),
        open,
        tool,
      );
    judges.set(kind, made);
    return made;
  }

  async function verify(raw: Buffer, id: string): Promise<Signature> {
    const commit = takeApart(raw, id);
    if (typeof commit === 'string') return refused('malformed', '', commit);
    const { payload, signature } = commit;
    if (signature === null) return refused('unsigned', '', 'is not signed');
    const kind = signature.startsWith(PGP) ? 'openpgp' : signature.startsWith(SSH) ? 'ssh' : null;
    if (kind === null)
      return refused('malformed', '', 'has a signature that is neither of OpenPGP nor of SSH');
    try {
      return await (await judge(kind))(payload, signature);
    } catch (error) {
      if (!(error instanceof ToolMissing)) throw error;
      return refused('no-program', '', `cannot be checked: ${sayMissing(error.program)}`);
    }
  }

  try {
    return await use({ verify });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function openIn(
  folder: string,
  keys: readonly SignerKey[],
  open: (folder: string, keys: readonly SignerKey[], tool: Tool) => Promise<Judge>,
  tool: Tool,
): Promise<Judge> {
  await mkdir(folder, { mode: 0o700 });
  return open(folder, keys, tool);
}

function sayMissing(program: string): string {
  const name = program === 'gpg' ? 'gpg' : 'openssh-client';
  return `${program} is not installed on the daemon's machine (Debian package ${name})`;
}
