/** Shapes of what several answers are made of. */

import { PHASES } from '../../model/phase.ts';
import {
  COMMIT_ID,
  COUNT,
  fields,
  list,
  maybe,
  oneOf,
  ref,
  type Shape,
  said,
  TEXT,
  TIME,
  YES_OR_NO,
} from './shape.ts';

export const PARTS: Readonly<Record<string, Shape>> = {
  Phase: oneOf(...PHASES),
  Commit: fields({
    ...{ id: COMMIT_ID, author: TEXT, email: TEXT, time: TIME },
    subject: said(TEXT, 'First line of the message.'),
  }),
  SourceRef: fields({ file: TEXT, line: COUNT, column: COUNT }),
  Problem: fields(
    {
      code: oneOf(
        ...['syntax', 'too-large', 'api-version', 'unknown-kind', 'schema', 'unknown-field', 'duplicate'],
        ...['dangling', 'address', 'boot-interface', 'bmc', 'stack', 'template', 'secret', 'empty'],
      ),
      severity: oneOf('error', 'warning'),
      ...{ file: TEXT, line: said(COUNT, '0 where the file as a whole is meant.'), column: COUNT },
      ...{ message: TEXT, hint: said(TEXT, 'How to mend it.'), excerpt: TEXT },
    },
    ['hint', 'excerpt'],
  ),
  InstallRecord: fields({
    ...{ installId: TEXT, profile: TEXT, generation: COUNT, installDigest: TEXT, commit: TEXT },
  }),
  InstallTarget: fields(
    {
      ...{ profile: TEXT, generation: COUNT },
      commit: said(COMMIT_ID, 'That came into force with the wish.'),
      asked: said(ref('Commit'), 'On the way to it, the commit that asked.'),
      cause: ref('SourceRef'),
      change: said(TEXT, '`generation 1 → 2`, `first install`.'),
      together: said(COUNT, 'Reinstalls that the same step asked for.'),
      first: said(YES_OR_NO, 'A person approved it for a node that had not reported.'),
      notShownBy: said(list(COUNT), 'Pull requests that it came with and that did not show it.'),
    },
    ['notShownBy'],
  ),
  StackReport: fields({ name: TEXT, state: oneOf('ok', 'failed', 'running'), message: TEXT }, ['message']),
  RequiredImage: fields({ image: TEXT, repository: TEXT, tag: TEXT, digest: TEXT }),
  Provenance: fields({
    ...{ key: TEXT, tree: TEXT, commit: TEXT, author: TEXT, builder: TEXT },
    time: said(TEXT, 'ISO 8601'),
    ...{ base: TEXT, baseDigest: TEXT },
  }),
  PowerHold: fields({ state: oneOf('on', 'off'), until: TIME, why: TEXT, by: TEXT }),
};

/** What is noted of a machine when it settles. */
export const BUILT_WITH = {
  pool: TEXT,
  configDigest: maybe(TEXT),
  stacks: list(TEXT),
  hardware: maybe(TEXT),
};
