/** Every path that an application answers by GET, from its own table. */

import type { FastifyInstance } from 'fastify';

/** `/api/v1/nodes/:name`; from what Fastify prints, a tree. */
export async function getRoutes(app: FastifyInstance): Promise<string[]> {
  await app.ready();
  const parents: string[] = [];
  const found: string[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', part = '', methods = ''] =
      /^([│\s]*[├└]── )(\S+)(?: \(([^)]*)\))?/.exec(line) ?? [];
    if (part === '') continue;
    const depth = indent.length / 4 - 1;
    const path = `${parents[depth - 1] ?? ''}${part}`;
    parents[depth] = path;
    parents.length = depth + 1;
    if (methods.split(', ').includes('GET')) found.push(path.replace(/^\/\/+/, '/').replace(/^(?!\/)/, '/'));
  }
  return [...new Set(found)];
}
