import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Signature, SignerKey } from '../../model/signer.ts';
import { parseSshSigners } from '../../model/ssh-signers.ts';
import { type Judge, printable, refused, runTool, type Tool } from './tool.ts';

/** What git signs under (gitformat-signature(5)): a signature for a file or a login is none for a commit. */
const NAMESPACE = 'git';

/**
 * ssh-keygen with an allowed-signers file of these keys in `folder`, which is private. Each line has a principal of its own,
 * so that its answer names the line. Keys with a time limit are judged by the time now: a commit's own time is its author's word.
 */
export async function openSshJudge(folder: string, keys: readonly SignerKey[], tool: Tool): Promise<Judge> {
  const signers = keys.flatMap(({ name, text }) =>
    parseSshSigners(text).signers.map((signer) => ({ ...signer, name })),
  );
  const allowed = join(folder, 'allowed-signers');
  const lines = signers.map(({ options, key }, index) =>
    [`line-${index}`, options, key].filter((part) => part !== '').join(' '),
  );
  await writeFile(allowed, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  const file = join(folder, 'signature');
  const sshKeygen = (args: string[], payload: Buffer) =>
    runTool(tool, 'ssh-keygen', ['-Y', ...args, '-s', file], payload);

  return async (payload, signature) => {
    await writeFile(file, signature, { mode: 0o600 });
    const found = await sshKeygen(['find-principals', '-f', allowed], Buffer.alloc(0));
    const principal = found.exitCode === 0 ? (found.stdout.split('\n')[0] ?? '') : '';
    const signer = signers[Number(/^line-(\d+)$/.exec(principal)?.[1] ?? Number.NaN)];
    if (!signer) return notListed(await looseLook(payload));
    const identity = printable(signer.identity || signer.name);
    const verified = await sshKeygen(['verify', '-n', NAMESPACE, '-f', allowed, '-I', principal], payload);
    const fingerprint = goodFor(verified.stdout, principal);
    if (verified.exitCode === 0 && fingerprint !== null)
      return { ok: true, signer: { key: signer.name, identity, fingerprint } };
    return refused('bad-signature', identity, `does not fit its signature by ${identity}`);
  };

  /** Says whose it is, listed or not; null where it fits nothing. */
  async function looseLook(payload: Buffer): Promise<string | null> {
    const { stdout, exitCode } = await sshKeygen(['check-novalidate', '-n', NAMESPACE], payload);
    return exitCode === 0 ? (/ key (SHA256:[A-Za-z0-9+/]+)$/m.exec(stdout)?.[1] ?? null) : null;
  }

  async function notListed(fingerprint: string | null): Promise<Signature> {
    if (fingerprint === null)
      return refused('bad-signature', '', 'has an SSH signature that does not fit it, or cannot be read');
    const limited = await listedInVain(fingerprint);
    if (limited !== null)
      return refused(
        'expired',
        limited,
        `is signed with the key of ${limited}, which is not valid at this time`,
      );
    return refused(
      'unknown-key',
      fingerprint,
      `is signed with the SSH key ${fingerprint}, which is not listed`,
    );
  }

  /** The identity of a key that is listed, but not for now; null for another one. */
  async function listedInVain(fingerprint: string): Promise<string | null> {
    for (const { key, identity, name } of signers) {
      const { stdout } = await runTool(
        tool,
        'ssh-keygen',
        ['-l', '-E', 'sha256', '-f', '-'],
        Buffer.from(`${key}\n`),
      );
      if (stdout.split(' ')[1] === fingerprint) return printable(identity || name);
    }
    return null;
  }
}

/** `Good "git" signature for PRINCIPAL with ED25519 key SHA256:…`, and nothing else. */
function goodFor(stdout: string, principal: string): string | null {
  const said = /^Good "git" signature for (\S+) with \S+ key (SHA256:[A-Za-z0-9+/]+)$/.exec(stdout.trim());
  return said?.[1] === principal ? (said[2] ?? null) : null;
}
