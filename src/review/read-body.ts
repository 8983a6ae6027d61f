/** A page of 100 pull requests has some 3 MB on GitHub, one of 20 long notes 20 MB on GitLab. Bytes. */
const MOST = 32 * 1024 * 1024;

/** The text of a body; null where it is longer than any answer that makes sense. */
export async function readBody(body: AsyncIterable<Uint8Array>): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > MOST) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
