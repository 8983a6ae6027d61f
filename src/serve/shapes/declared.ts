/** Shapes of what is declared, and of images as they are. A profile's are those of its schema. */

import { inlineFields } from '../../desired/inline-schema.ts';
import { SCHEMAS } from '../../desired/schemas.ts';
import {
  ANYTHING,
  COUNT,
  DURATION,
  fields,
  list,
  maybe,
  oneOf,
  ref,
  type Shape,
  said,
  TEXT,
  TIME,
  table,
} from './shape.ts';

const NODES = said(COUNT, 'That have it.');
const profile = inlineFields(SCHEMAS.Profile, ['users', 'timeouts', 'stacks']);
const stack = inlineFields(SCHEMAS.Stack, ['parameters']);

export const DECLARED_SHAPES: Readonly<Record<string, Shape>> = {
  PoolView: fields({
    ...{ name: TEXT, description: TEXT },
    unavailable: { type: ['integer', 'string'], description: 'A count, or `25%`.' },
    rollout: fields({ canary: COUNT, haltAfter: maybe(COUNT) }),
    nodes: NODES,
  }),
  ProfileView: fields(
    {
      ...{ name: TEXT, ...profile, nodes: NODES },
      stacks: list(
        fields({ name: TEXT, parameters: said(table(ANYTHING), "By the stack's own schema.") }, [
          'parameters',
        ]),
      ),
      timeouts: fields({ install: DURATION, configure: DURATION }),
    },
    [...Object.keys(profile).filter((name) => name !== 'os'), 'stacks'],
  ),
  StackView: fields(
    {
      ...{ name: TEXT, digest: TEXT, ...stack },
      parameters: said(table(ANYTHING), 'JSON Schema of its parameters.'),
      ...{ files: list(TEXT), usedBy: said(list(TEXT), 'Profiles.') },
    },
    [...Object.keys(stack), 'parameters'],
  ),
  ImageTagView: fields({
    ...{ tag: TEXT, wanted: maybe(TEXT) },
    present: said(maybe(TEXT), 'Null for nothing; `unknown` when the registry could not be asked.'),
    provenance: maybe(ref('Provenance')),
  }),
  ImageView: fields({
    ...{ name: TEXT, from: TEXT, repository: TEXT },
    state: oneOf('ok', 'copying', 'building', 'due', 'problem', 'unknown', 'off'),
    ...{ message: TEXT, tags: list(ref('ImageTagView')), requiredBy: list(TEXT) },
    source: said(TEXT, '`file:line`'),
    lookedAt: maybe(TIME),
    progress: maybe(fields({ bytes: COUNT, of: maybe(COUNT) })),
    actions: list(ref('ImageAction')),
  }),
};
