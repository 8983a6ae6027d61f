/** Every shape by the name of its type. Routes refer to them, and they stand once in the document. */

import type { FastifyInstance } from 'fastify';
import { DECLARED_SHAPES } from './declared.ts';
import { DONE_SHAPES } from './done.ts';
import { EVENT } from './events.ts';
import { LEDGER_SHAPES } from './ledger.ts';
import { NODE_SHAPES } from './node.ts';
import { PARTS } from './parts.ts';
import { PLAN_SHAPES } from './plan.ts';
import type { Shape } from './shape.ts';
import { STATUS_SHAPES } from './status.ts';
import { STORY_SHAPES } from './story.ts';

export const SHAPES: Readonly<Record<string, Shape>> = {
  ...PARTS,
  ...NODE_SHAPES,
  Event: EVENT,
  ...STORY_SHAPES,
  ...PLAN_SHAPES,
  ...DECLARED_SHAPES,
  ...LEDGER_SHAPES,
  ...STATUS_SHAPES,
  ...DONE_SHAPES,
};

/** Before the routes that refer to them. */
export function addShapes(app: FastifyInstance): void {
  for (const [name, shape] of Object.entries(SHAPES)) app.addSchema({ $id: name, ...shape });
}
