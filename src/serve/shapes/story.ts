/** Shapes of a node's story. */

import { COUNT, fields, list, maybe, oneOf, ref, type Shape, said, TEXT, TIME, YES_OR_NO } from './shape.ts';
import { PHASE } from './words.ts';

export const STORY_SHAPES: Readonly<Record<string, Shape>> = {
  Line: fields({
    first: ref('Event'),
    last: said(ref('Event'), 'The newest that says the same; of one, that one again.'),
    count: COUNT,
  }),
  PastAttempt: fields({
    ...{ n: COUNT, installId: TEXT, startedAt: TIME, endedAt: maybe(TIME) },
    ...{ outcome: oneOf('settled', 'failed', 'under way'), why: TEXT },
    evidence: list(fields({ what: TEXT, at: TIME })),
    phases: list(fields({ phase: PHASE, waitedFor: TEXT, since: TIME, until: maybe(TIME) })),
  }),
  PastInstall: fields({
    ...{ target: ref('InstallTarget'), pullRequests: list(COUNT), attempts: list(ref('PastAttempt')) },
    ...{ outcome: oneOf('settled', 'stuck', 'dropped', 'under way'), why: TEXT },
    ...{ startedAt: TIME, endedAt: maybe(TIME) },
  }),
  Chapter: fields({
    install: said(maybe(ref('PastInstall')), 'Null between installs.'),
    ...{ since: TIME, until: maybe(TIME), lines: list(ref('Line')) },
  }),
  Timeline: fields({
    node: TEXT,
    chapters: said(list(ref('Chapter')), 'Oldest first.'),
    isCut: said(YES_OR_NO, 'Older events were left out, or are removed.'),
  }),
  Explanation: fields({
    ...{ node: TEXT, at: TIME },
    state: said(maybe(ref('NodeState')), 'Null where it was not in the inventory.'),
    inForce: maybe(fields({ commit: ref('Commit'), since: TIME, pullRequests: list(COUNT) })),
    attempt: maybe(fields({ n: COUNT, installId: TEXT, startedAt: TIME })),
    evidence: said(maybe(ref('Event')), 'The newest that was seen of the machine by then.'),
    before: list(ref('Line')),
    after: list(ref('Line')),
    removedBefore: said(maybe(TIME), 'ms since the epoch: older events were removed.'),
  }),
};
