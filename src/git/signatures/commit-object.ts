import { createHash } from 'node:crypto';

export interface SignedCommit {
  /** What the signature is made over: the object without it. */
  payload: Buffer;
  /** As armored; null where the commit has none. */
  signature: string | null;
}

/**
 * Takes a commit object apart (gitformat-signature(5)). Stricter than git, which takes a signature out wherever it stands:
 * what is verified must be what git reads, so the headers must stand as git writes them, and the content must have the id's
 * digest. Returns a sentence that completes "the commit …" where that is not so.
 */
export function takeApart(raw: Buffer, id: string): SignedCommit | string {
  const digest = createHash(id.length === 64 ? 'sha256' : 'sha1')
    .update(`commit ${raw.length}\0`)
    .update(raw)
    .digest('hex');
  if (digest !== id) return 'has a content that is not the one of its name';
  const end = raw.indexOf('\n\n');
  // latin1 keeps every byte, whatever the encoding.
  const headers = splitHeaders(raw.toString('latin1', 0, end < 0 ? raw.length : end));
  const order = headers.map(({ name }) => ORDER[name] ?? 'x').join('');
  if (end < 0 || !/^tp*acx*$/.test(order)) return 'has headers that git does not write so';
  const signatures = headers.filter(({ name }) => name.startsWith('gpgsig'));
  if (signatures.length > 1) return 'carries more than one signature';
  const [found] = signatures;
  if (!found) return { payload: raw, signature: null };
  if (found.name !== (id.length === 64 ? 'gpgsig-sha256' : 'gpgsig'))
    return 'carries a signature for another kind of repository';
  const rest = headers.filter((header) => header !== found).map(({ text }) => text);
  return {
    payload: Buffer.concat([Buffer.from(rest.join('\n'), 'latin1'), raw.subarray(end)]),
    signature: `${found.text.slice(found.name.length + 1).replaceAll('\n ', '\n')}\n`,
  };
}

const ORDER: Record<string, string> = { tree: 't', parent: 'p', author: 'a', committer: 'c' };

/** A line that begins with a space goes on with the header before it. */
function splitHeaders(text: string): { name: string; text: string }[] {
  return text.split(/\n(?! )/).map((header) => ({ name: header.split(' ', 1)[0] ?? '', text: header }));
}
