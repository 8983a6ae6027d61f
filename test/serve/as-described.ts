/** Holds what the control plane answers against its own OpenAPI document. */

import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';

interface Described {
  responses: Record<string, { content?: Record<string, unknown> }>;
}

/** Of a plane that is ready, or what `/api/v1/openapi.json` answered. */
export interface ApiDocument {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, object> };
}

export function documentOf(plane: FastifyInstance): ApiDocument {
  return structuredClone(plane.swagger()) as unknown as ApiDocument;
}

const JSON_TYPE = 'application/json';
const pointer = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');

export function describedBy(document: ApiDocument) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, discriminator: true });
  ajv.addSchema({ $id: 'api', ...document });

  /** `/api/v1/nodes/{name}` of `/api/v1/nodes/n1?x=y`; undefined for a path that is not described. */
  function templateOf(path: string): string | undefined {
    const [bare = ''] = path.split('?');
    if (bare in document.paths) return bare;
    return Object.keys(document.paths).find((each) =>
      new RegExp(`^${each.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(bare),
    );
  }

  /** Fails with what is otherwise than described, of an answer in JSON. */
  function expectAsDescribed(method: string, path: string, status: number, answer: unknown): void {
    const template = templateOf(path) ?? '';
    const { responses = {} } = document.paths[template]?.[method.toLowerCase()] ?? {};
    const key = status in responses ? `${status}` : 'default';
    const where = ['paths', template, method.toLowerCase(), 'responses', key, 'content', JSON_TYPE, 'schema'];
    const validate = ajv.getSchema(`api#/${where.map(pointer).join('/')}`);
    expect([method, path, status, validate ? 'described' : 'not described']).toEqual([
      ...[method, path, status, 'described'],
    ]);
    validate?.(answer);
    const faults = validate?.errors?.map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
    expect([method, path, faults ?? []]).toEqual([method, path, []]);
  }

  return { templateOf, expectAsDescribed };
}
