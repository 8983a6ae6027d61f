/** Shapes of what people send to the control plane. */

const TIME = { type: 'integer', minimum: 0 };
const TEXT = { type: 'string', maxLength: 200 };
const WHY = {
  type: 'string',
  maxLength: 500,
  default: '',
  pattern: '^[^\\u0000-\\u001f\\u007f\\u2028\\u2029]*$',
};

export const EVENTS_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    node: TEXT,
    commit: TEXT,
    phase: TEXT,
    /** One or several, with commas. */
    reason: TEXT,
    actor: TEXT,
    since: TIME,
    until: TIME,
    after: TIME,
    before: TIME,
    limit: { type: 'integer', minimum: 1, maximum: 10_000 },
  },
};

export const LINES_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: { lines: { type: 'integer', minimum: 1, maximum: 100_000, default: 200 } },
};

export const WHY_BODY = {
  type: 'object',
  properties: { why: WHY, digest: { type: 'string', pattern: '^[0-9a-f]{12}$' } },
  additionalProperties: false,
};

export const PAUSE_BODY = {
  type: 'object',
  required: ['why'],
  additionalProperties: false,
  properties: { why: { ...WHY, minLength: 1 }, until: { type: ['integer', 'null'], default: null } },
};

export const HOLD_BODY = {
  type: 'object',
  required: ['state', 'until', 'why'],
  additionalProperties: false,
  properties: { state: { enum: ['on', 'off'] }, until: TIME, why: { ...WHY, minLength: 1 } },
};

export const HISTORY_BODY = {
  type: 'object',
  required: ['head'],
  additionalProperties: false,
  properties: { head: { type: 'string', pattern: '^[0-9a-f]{7,64}$' }, why: WHY },
};
