/** Shapes of a plan. */

import { EFFECTS } from '../../model/plan.ts';
import { COUNT, fields, list, maybe, oneOf, ref, type Shape, said, TEXT, TIME, YES_OR_NO } from './shape.ts';
import { EFFECT } from './words.ts';

/** Actions by their effect. */
export const TOTALS = fields(Object.fromEntries(EFFECTS.map((effect) => [effect, COUNT])));

export const PLAN_SHAPES: Readonly<Record<string, Shape>> = {
  Cause: fields({
    source: maybe(ref('SourceRef')),
    commit: said(maybe(ref('Commit')), 'Null when it is observation that moved.'),
  }),
  Hold: fields(
    {
      guard: oneOf(
        ...['unknown-install', 'reinstalls-per-commit', 'not-shown', 'protected', 'paused', 'power-held'],
        ...['installs-at-once', 'unavailable-per-pool', 'stuck', 'power-unknown', 'no-bmc', 'halted'],
        ...['window', 'dependency', 'canary'],
      ),
      why: said(TEXT, 'One sentence: why, and what lifts it.'),
      needsApproval: YES_OR_NO,
      until: TIME,
    },
    ['until'],
  ),
  Action: fields({
    ...{ node: TEXT, pool: TEXT },
    kind: oneOf(
      ...['install', 'power-on', 'power-off', 'configure', 'files', 'find', 'release'],
      ...['outdated', 'drift', 'power-hold'],
    ),
    effect: EFFECT,
    ...{ change: said(TEXT, '`generation 1 → 2`, `power off → on`.'), cause: ref('Cause') },
    hold: said(maybe(ref('Hold')), 'What keeps it back.'),
  }),
  ImageAction: fields(
    {
      image: TEXT,
      kind: oneOf('build', 'copy', 'retag', 'prune', 'drift'),
      effect: oneOf('files', 'none'),
      ...{ repository: TEXT, tag: TEXT, digest: maybe(TEXT), tags: list(TEXT) },
      ...{ bytes: maybe(COUNT), change: TEXT, cause: ref('Cause') },
      hold: maybe(fields({ guard: oneOf('prunes-at-once', 'required'), why: TEXT, approval: TEXT })),
    },
    ['tags'],
  ),
  Plan: fields(
    {
      ...{ commit: ref('Commit'), actions: list(ref('Action')), images: list(ref('ImageAction')) },
      digest: said(TEXT, 'What `approve` takes.'),
      ...{ totals: TOTALS, held: COUNT, observedSince: maybe(TIME) },
      unverified: said(TEXT, 'Why nobody that counts vouches for the commit.'),
    },
    ['unverified'],
  ),
};
