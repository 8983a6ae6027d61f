/** Shapes of the ledger and of the delivery figures. */

import { REPORT_GROUPS } from '../../model/ledger.ts';
import { BUILT_WITH } from './parts.ts';
import { COUNT, DURATION, fields, list, maybe, oneOf, ref, type Shape, said, TEXT, TIME } from './shape.ts';

const IMAGES = maybe(list(ref('RequiredImage')));
const NUMBER = { type: 'number', minimum: 0 };
const spreads = list(fields({ name: TEXT, figures: ref('Spread') }));

export const LEDGER_SHAPES: Readonly<Record<string, Shape>> = {
  LedgerEntry: fields({
    ...{ node: TEXT, pool: maybe(TEXT), profile: TEXT, generation: COUNT },
    commit: said(TEXT, 'That came into force with the wish; of an adopted install, what it was built from.'),
    ...{ asked: maybe(ref('Commit')), change: maybe(TEXT) },
    outcome: oneOf('settled', 'adopted', 'stuck', 'dropped', 'under way', 'waiting'),
    why: said(maybe(TEXT), 'Of the last failure, or why it was dropped.'),
    ...{ wantedAt: maybe(TIME), startedAt: maybe(TIME), endedAt: maybe(TIME) },
    ...{ attempts: COUNT, failures: COUNT, durationMs: maybe(DURATION) },
    ...{ approvedBy: maybe(TEXT), approvedAt: maybe(TIME) },
    ...{ installId: maybe(TEXT), installDigest: maybe(TEXT), configDigest: maybe(TEXT) },
    ...{ stacks: maybe(list(TEXT)), images: IMAGES, hardware: maybe(TEXT) },
  }),
  NodeAt: fields({
    node: TEXT,
    state: oneOf('carries', 'installing', 'unknown'),
    ...{ record: maybe(ref('InstallRecord')), since: maybe(TIME) },
    declared: maybe(fields({ profile: TEXT, generation: COUNT })),
    images: IMAGES,
    ...{ ...BUILT_WITH, pool: maybe(TEXT), stacks: maybe(list(TEXT)) },
  }),
  RackAt: fields({
    at: TIME,
    inForce: maybe(fields({ commit: ref('Commit'), since: TIME })),
    rebuild: said(list(fields({ commit: TEXT, nodes: list(TEXT) })), 'Commits that would rebuild it.'),
    nodes: list(ref('NodeAt')),
    images: list(fields({ image: TEXT, repository: TEXT, tag: TEXT, digest: TEXT, since: TIME })),
  }),
  Spread: said(
    fields({ count: COUNT, mean: maybe(DURATION), median: maybe(DURATION), p90: maybe(DURATION) }),
    'Of durations.',
  ),
  Figures: fields({
    ...{ changes: COUNT, deployments: COUNT, deploymentsPerWeek: NUMBER, failedChanges: COUNT },
    ...{ changeFailureRate: maybe(NUMBER), leadTime: ref('Spread'), unfinished: COUNT },
    ...{ recovery: ref('Spread'), stuck: COUNT, installs: COUNT, failedAttempts: COUNT },
    ...{ install: ref('Spread'), configured: COUNT },
  }),
  Report: fields({
    ...{ since: TIME, until: TIME, pool: maybe(TEXT), all: ref('Figures') },
    by: maybe(oneOf(...REPORT_GROUPS)),
    groups: list(fields({ name: TEXT, figures: ref('Figures') })),
    ...{ profiles: spreads, hardware: spreads },
  }),
};
