/** Lists that a forge hands out in pages. */

import type { Answer, Connection } from './connection.ts';
import type { Reader } from './reader.ts';

/** Nobody reviews ten thousand pull requests: it is a list without an end. */
const MOST_PAGES = 100;

/**
 * All entries of a list; `path` has a query. Of the next page only its number is believed, from `X-Next-Page` (GitLab) or the
 * `Link` of rel="next" (RFC 8288; GitHub, Gitea), not the address: behind a proxy it may be another.
 */
export async function allPages(connection: Connection, reader: Reader, path: string): Promise<unknown[]> {
  const entries: unknown[] = [];
  let page = 1;
  for (;;) {
    const answer = await connection.call({ method: 'GET', path: `${path}&page=${page}` });
    entries.push(...reader.list(answer.body));
    const next = nextPage(answer);
    if (next === null || next <= page) return entries;
    if (next > MOST_PAGES) throw reader.wrong(`an end, after ${page} pages of a list`);
    page = next;
  }
}

function nextPage({ header }: Answer): number | null {
  const told = header('x-next-page');
  if (told !== undefined) return /^\d+$/.test(told) ? Number(told) : null;
  const link = (header('link') ?? '').split(/,\s*(?=<)/).find((one) => /;\s*rel="?next\b/.test(one));
  const number = link && /[?&]page=(\d+)/.exec(link)?.[1];
  return number ? Number(number) : null;
}
