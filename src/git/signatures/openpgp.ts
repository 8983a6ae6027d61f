import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Signature, SignerKey } from '../../model/signer.ts';
import { type Judge, printable, refused, runTool, type Tool } from './tool.ts';

/** No configuration, no agent, no network, no web of trust: the keys in its own folder count, and no others. */
const ALONE = ['--batch', '--no-tty', '--no-options', '--no-autostart', '--disable-dirmngr'];
const OFFLINE = ['--no-auto-key-retrieve', '--no-auto-key-locate', '--trust-model', 'always'];

/** gpg with the keys in `folder`, which is private and empty. Rejects where a key cannot be used, or gpg is not there. */
export async function openPgpJudge(folder: string, keys: readonly SignerKey[], tool: Tool): Promise<Judge> {
  const gpg = (args: string[], input: Buffer) =>
    runTool(tool, 'gpg', ['--homedir', folder, ...ALONE, '--status-fd', '1', ...args], input);
  const names = new Map<string, string>();
  for (const { name, text } of keys) {
    const { stdout } = await gpg(['--import'], Buffer.from(text));
    for (const [word, , fingerprint = ''] of statusLines(stdout)) {
      if (word === 'IMPORT_OK') names.set(fingerprint, name);
    }
  }

  return async (payload, signature) => {
    const file = join(folder, 'signature');
    await writeFile(file, signature, { mode: 0o600 });
    const { stdout, exitCode } = await gpg([...OFFLINE, '--verify', file, '-'], payload);
    return judgeStatus(statusLines(stdout), exitCode, names);
  };
}

type StatusLine = string[];

function statusLines(text: string): StatusLine[] {
  return text.split('\n').flatMap((line) => {
    const words = /^\[GNUPG:\] (.*)$/.exec(line)?.[1];
    return words === undefined ? [] : [words.split(' ')];
  });
}

const VERDICTS = new Set(['GOODSIG', 'EXPSIG', 'EXPKEYSIG', 'REVKEYSIG', 'BADSIG', 'ERRSIG']);
/** gpg's rc for a key that it does not have (DETAILS, ERRSIG). */
const NO_KEY = '9';

/** GnuPG's doc/DETAILS, "Signature related". One signature, one verdict; only GOODSIG with VALIDSIG of a listed key is good. */
export function judgeStatus(
  lines: readonly StatusLine[],
  exitCode: number,
  names: ReadonlyMap<string, string>,
): Signature {
  const verdicts = lines.filter(([word = '']) => VERDICTS.has(word));
  const [verdict] = verdicts;
  if (lines.filter(([word]) => word === 'NEWSIG').length > 1 || verdicts.length > 1)
    return refused('malformed', '', 'carries more than one signature');
  if (!verdict) return refused('malformed', '', 'has a signature that gpg cannot read');
  const [word, keyId = '', ...rest] = verdict;
  const identity = printable(rest.join(' ') || keyId);
  switch (word) {
    case 'GOODSIG':
      return goodSignature(lines, exitCode, names, identity);
    case 'EXPSIG':
      return refused('expired', identity, `has a signature by ${identity} that has expired`);
    case 'EXPKEYSIG':
      return refused('expired', identity, `is signed with the key of ${identity}, which has expired`);
    case 'REVKEYSIG':
      return refused('revoked', identity, `is signed with the key of ${identity}, which was revoked`);
    case 'BADSIG':
      return refused('bad-signature', identity, `does not fit its signature by ${identity}`);
    default:
      return rest[4] === NO_KEY
        ? refused('unknown-key', keyId, `is signed with the OpenPGP key ${keyId}, which is not listed`)
        : refused('malformed', keyId, `has a signature with the key ${keyId} that gpg cannot check`);
  }
}

/** VALIDSIG names the key that signed, which may be a subkey, and last the primary key that it belongs to. */
function goodSignature(
  lines: readonly StatusLine[],
  exitCode: number,
  names: ReadonlyMap<string, string>,
  identity: string,
): Signature {
  const valid = lines.filter(([word]) => word === 'VALIDSIG');
  const [, fingerprint = '', , , , , , , , signatureClass = '', primary = fingerprint] = valid[0] ?? [];
  const key = names.get(primary);
  if (exitCode !== 0 || valid.length !== 1 || !/^0[01]$/.test(signatureClass))
    return refused('malformed', identity, `has a signature by ${identity} that gpg does not vouch for`);
  if (key === undefined)
    return refused('unknown-key', identity, `is signed with the OpenPGP key ${primary}, which is not listed`);
  return { ok: true, signer: { key, identity, fingerprint: primary } };
}
