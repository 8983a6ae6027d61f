/** Files of SSH public keys: `ssh-keygen`'s `.pub`, or lines of an allowed-signers file (ssh-keygen(1), ALLOWED SIGNERS). */

export interface SshSigner {
  /** As an allowed-signers line has them; empty where it is none. */
  options: string;
  /** Type and base64. */
  key: string;
  /** The principal, or the comment; empty where there is neither. */
  identity: string;
}

export interface SshMistake {
  line: number;
  /** Completes "the line …". */
  message: string;
}

const TYPES =
  'ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\\.com|sk-ecdsa-sha2-nistp256@openssh\\.com';
const KEY = new RegExp(`^(${TYPES})[ \\t]+([A-Za-z0-9+/]+={0,2})(?:[ \\t]+(.*))?$`);
const LINE = new RegExp(`^("[^"]+"|[^\\s"]+)[ \\t]+(?:(\\S*"[^"]*"\\S*)[ \\t]+)?((?:${TYPES})[ \\t].*)$`);
const OPTIONS = /^(?:(?:namespaces|valid-after|valid-before)="[^"\\]*"(?:,(?!$)|$))+$/;

/** All keys of the text, and every line that is none. Options are limited to those that narrow a key's use. */
export function parseSshSigners(text: string): { signers: SshSigner[]; mistakes: SshMistake[] } {
  const signers: SshSigner[] = [];
  const mistakes: SshMistake[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const found = parseLine(line);
    if (typeof found === 'string') mistakes.push({ line: index + 1, message: found });
    else signers.push(found);
  }
  return { signers, mistakes };
}

function parseLine(line: string): SshSigner | string {
  if (KEY.test(line)) return parseKey(line, '', '');
  const [, principals = '', options = '', key = ''] = LINE.exec(line) ?? [];
  if (key === '') return 'is neither an SSH public key nor a line of an allowed-signers file';
  if (options !== '' && !OPTIONS.test(options))
    return 'has an option other than `namespaces`, `valid-after` and `valid-before`';
  return parseKey(key, options, principals.replaceAll('"', ''));
}

function parseKey(text: string, options: string, principal: string): SshSigner | string {
  const [, type = '', base64 = '', comment = ''] = KEY.exec(text) ?? [];
  if (!speaksOf(base64, type)) return `is not a whole key of the type ${type || 'that it names'}`;
  return { options, key: `${type} ${base64}`, identity: principal || comment };
}

/** The blob begins with its own type as a string (RFC 4253 §6.6). */
function speaksOf(base64: string, type: string): boolean {
  const blob = Buffer.from(base64, 'base64');
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0);
  return type !== '' && blob.subarray(4, 4 + length).toString('latin1') === type && blob.length > 40;
}
