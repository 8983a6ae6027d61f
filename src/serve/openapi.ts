/** The OpenAPI 3.1 document of the control API, made from the routes as they are. */

import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { READS } from './access/rule.ts';

/** Pages and what they load are for browsers. */
const DESCRIBED = /^\/(api\/|healthz|readyz|metrics|login|logout)/;

const INFO = {
  title: 'barewright',
  description:
    'The control API of barewright, which holds bare metal to what Git says. Times are ms since the epoch. Errors are JSON: `{ error: { code, message, hint } }`.',
};

/** Sees the routes that are registered after it. */
export function describeRoutes(app: FastifyInstance, version: string): void {
  app.register(swagger, {
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
          session: { type: 'apiKey', in: 'cookie', name: '__Host-barewright' },
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
  const schema = { summary: 'This document', tags: ['api'] };
  app.get('/api/v1/openapi.json', { config: READS, schema }, async () => app.swagger());
}
