/** Lists that come in pages. OCI distribution spec 1.1, "Listing tags"; RFC 8288 for the header Link. */

import { RegistryError } from './errors.ts';
import { type Transport, textOf } from './transport.ts';

/** A registry that goes round in circles is not followed for ever. */
const MOST_PAGES = 10_000;

/** Tags of a repository, all pages; none where the repository does not exist. */
export function listTags(transport: Transport, name: string): Promise<string[]> {
  return list(transport, `/v2/${name}/tags/list?n=1000`, `repository:${name}:pull`, 'tags');
}

/** Names of all repositories that the login may see. */
export function listRepositories(transport: Transport): Promise<string[]> {
  return list(transport, '/v2/_catalog?n=1000', 'registry:catalog:*', 'repositories');
}

async function list(transport: Transport, first: string, scope: string, field: string): Promise<string[]> {
  const found: string[] = [];
  let path: string | null = first;
  for (let pages = 0; path !== null; pages += 1) {
    if (pages === MOST_PAGES)
      throw new RegistryError('protocol', `${transport.registry}: a list without end`);
    const answer = await transport.call({ method: 'GET', path, scope, expect: [200, 404] });
    const page = (await answer.body.json().catch(() => null)) as Record<string, unknown> | null;
    if (answer.status === 404) return found;
    const items = page?.[field] ?? [];
    if (!Array.isArray(items))
      throw new RegistryError('protocol', `${transport.registry}: a list without ${field}`);
    for (const item of items) found.push(String(item));
    path = nextPage(textOf(answer.headers.link), path);
  }
  return found;
}

/** Only within the same registry, whatever the header says. */
function nextPage(link: string | undefined, from: string): string | null {
  const target = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(link ?? '')?.[1];
  if (target === undefined) return null;
  const { pathname, search } = new URL(target, new URL(from, 'http://registry.invalid'));
  return `${pathname}${search}`;
}
