/** What the other side says is shown to people: without what it was told in confidence. Pure. */

import { oneLine } from '../model/one-line.ts';

const MOST = 200;
/** A shorter one would be found everywhere. */
const SHORTEST = 4;

/** One line of it, at most so long. Secrets are hidden as they are, and as addresses and JSON write them. */
export function redact(text: string, secrets: readonly string[]): string {
  const spelled = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [
      ...[secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)],
      Buffer.from(secret).toString('base64'),
    ]);
  let shown = text;
  for (const secret of spelled.sort((a, b) => b.length - a.length)) shown = shown.replaceAll(secret, '…');
  return oneLine(shown, MOST);
}
