/** Bodies as forms send them (application/x-www-form-urlencoded); of a field that comes twice the last counts. */

import type { FastifyInstance } from 'fastify';

const FORM = 'application/x-www-form-urlencoded';

export function takeForms(app: FastifyInstance): void {
  if (app.hasContentTypeParser(FORM)) return;
  app.addContentTypeParser<string>(FORM, { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(body)));
  });
}
