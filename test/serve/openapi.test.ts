import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { aSharedPlane } from './some-access.ts';

async function theDocument() {
  const { as, plane } = aSharedPlane();
  const answer = await as('vera', { url: '/api/v1/openapi.json' });
  return { document: answer.json(), rules: plane.routeRules };
}

describe('the OpenAPI document', () => {
  it('is valid, by a validator of somebody else', async () => {
    const { document } = await theDocument();
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every route of the API, each with a summary, and no page', async () => {
    const { document, rules } = await theDocument();
    const described = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item as object).map(
        (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      ),
    );
    const api = rules
      .filter(({ method, url }) => method !== 'HEAD' && url.startsWith('/api/'))
      .map(({ method, url }) => `${method} ${url}`);
    expect(api.filter((route) => !described.includes(route))).toEqual([]);
    expect(described.filter((route) => route.includes('/fragments') || route.includes('/actions'))).toEqual(
      [],
    );
    const all = Object.entries(document.paths as Record<string, Record<string, { summary?: string }>>);
    expect(
      all
        .flatMap(([path, item]) => Object.values(item).map(({ summary }) => [path, summary]))
        .filter(([, summary]) => !summary),
    ).toEqual([]);
  });

  it('says of each route who may call it', async () => {
    const { document } = await theDocument();
    expect(document.paths['/healthz'].get.security).toEqual([]);
    expect(document.paths['/api/v1/nodes/{name}/retry'].post).toMatchObject({
      security: [{ token: [] }, { session: [] }],
      description: expect.stringContaining('Needs the role operator.'),
    });
  });
});
