/** A plan for machines: the object itself (`src/model/plan.ts`). Pure. */

import type { Plan } from '../model/plan.ts';

/** Two spaces deep, with a newline at the end. */
export function formatJson(plan: Plan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}
