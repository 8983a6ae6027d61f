/** The OpenAPI 3.1 document of the control API, made from the routes as they are. */

import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { READS } from './access/rule.ts';
import { ANYTHING, fields, ref, said, TEXT, table } from './shapes/shape.ts';

/** Pages and what they load are for browsers. */
const DESCRIBED = /^\/(api\/|healthz|readyz|metrics|login|logout)/;

const INFO = {
  title: 'barewright',
  description:
    'The control API of barewright, which holds bare metal to what Git says. Times are ms since the epoch. Every refusal is an `ApiError`.',
};

const REFUSED = { description: 'It was refused, or did not work.', ...ref('ApiError') };

const DOCUMENT = said(
  fields({
    ...{ openapi: TEXT, info: fields({ title: TEXT, description: TEXT, version: TEXT }) },
    ...{ components: table(ANYTHING), paths: table(ANYTHING) },
  }),
  'As OpenAPI 3.1 says.',
);

/** Sees the routes that are registered after it. */
export function describeRoutes(app: FastifyInstance, version: string): void {
  app.register(swagger, {
    refResolver: { buildLocalReference: ({ $id }, _base, _fragment, n) => String($id ?? `part-${n}`) },
    openapi: {
      openapi: '3.1.0',
      info: { ...INFO, version },
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description: 'A token of the site, or the control token.',
          },
          session: {
            ...{ type: 'apiKey', in: 'cookie', name: '__Host-barewright' },
            description:
              'Of who has logged in; `barewright-session` where there is no TLS. What changes something takes the header `x-barewright-csrf` too.',
          },
        },
      },
    },
    transform({ schema, url, route }) {
      const { role = 'admin' } = route.config ?? {};
      const open = role === 'anyone';
      return {
        url,
        schema: {
          ...schema,
          response: { ...(schema?.response as object), default: REFUSED },
          hide: !DESCRIBED.test(url) || route.method === 'HEAD',
          security: open ? [] : [{ token: [] }, { session: [] }],
          ...(open
            ? {}
            : { description: [schema?.description, `Needs the role ${role}.`].filter(Boolean).join(' ') }),
        },
      };
    },
  });
}

export function registerDocument(app: FastifyInstance): void {
  const schema = { summary: 'This document', tags: ['api'], response: { 200: DOCUMENT } };
  app.get('/api/v1/openapi.json', { config: READS, schema }, async () => app.swagger());
}
