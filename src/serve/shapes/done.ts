/** Shapes of what is answered where something was done, or refused. */

import { COUNT, either, fields, list, maybe, oneOf, ref, type Shape, said, TEXT } from './shape.ts';

const WORKED = { type: 'boolean', const: true };
const NOT_DONE = { type: 'boolean', const: false };

export const DONE_SHAPES: Readonly<Record<string, Shape>> = {
  Done: fields({ ok: WORKED }),
  Approved: fields({ nodes: list(TEXT), tags: said(list(TEXT), '`redis:7.2`') }),
  Begun: fields({ begun: said(COUNT, 'Number of the event that says so.') }),
  Switched: fields({ node: TEXT, done: WORKED }),
  InstallAnswer: said(
    fields({
      ...{ node: TEXT, done: NOT_DONE },
      commit: fields({ field: TEXT, value: COUNT, source: said(TEXT, '`file:line` of the node.') }),
      command: said(TEXT, 'That makes the commit and opens a pull request.'),
    }),
    'Nothing was done: this is what to commit.',
  ),
  ManageAnswer: either(ref('Switched'), ref('InstallAnswer')),
  LoginLink: fields({
    path: TEXT,
    address: said(maybe(TEXT), 'Where browsers reach the pages; null where that is where this program does.'),
  }),
  ApiError: fields({
    error: fields(
      {
        code: oneOf(
          ...['not-found', 'unauthorized', 'forbidden', 'bad-request', 'conflict', 'outdated'],
          ...['too-many', 'not-ready', 'internal'],
        ),
        message: said(TEXT, 'One sentence for a person.'),
        hint: said(TEXT, 'What to do.'),
      },
      ['hint'],
    ),
  }),
};
