/** Shapes of what people send to the control plane. */

const TIME = { type: 'integer', minimum: 0 };
const TEXT = { type: 'string', maxLength: 200 };
/** Without control characters and line ends. */
export const ONE_LINE = '^[^\\u0000-\\u001f\\u007f\\u2028\\u2029]*$';
const LINE = { type: 'string', maxLength: 500, pattern: ONE_LINE };
const WHY = { ...LINE, default: '' };
const NEEDED_WHY = { ...LINE, minLength: 1 };

const CHOICE = {
  node: { ...TEXT, description: 'Its name, or an address of it.' },
  pool: { ...TEXT, description: 'Of the nodes that are in it now.' },
  commit: { ...TEXT, description: 'Its name, or the first digits of it.' },
  phase: { ...TEXT, description: 'That the node was in after the event.' },
  reason: { ...TEXT, description: 'One kind of event, or several with commas.' },
  severity: { ...TEXT, description: '`warning`: only what says that something is wrong; `all`.' },
  actor: { ...TEXT, description: '`daemon`, `node`, `git`, or a person.' },
  text: {
    ...TEXT,
    description:
      'Words that must all be there, each as the beginning of a word; in quotes, words as they are, one after another.',
  },
  since: TIME,
  until: TIME,
};

export const EVENTS_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...CHOICE,
    after: { ...TIME, description: 'Only events with a greater number.' },
    before: { ...TIME, description: 'Only events with a smaller number.' },
    limit: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000,
      description: 'The newest, or with `after` the next.',
    },
  },
};

export const STREAM_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...CHOICE,
    after: { type: 'string', description: 'The number of the last event that is known.' },
  },
};

export const TIMELINE_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    since: { ...TIME, description: 'Chapters that reach beyond this time.' },
    until: { ...TIME, description: 'Chapters that begin by this time.' },
    commit: {
      type: 'string',
      pattern: '^[0-9a-f]{4,64}$',
      description: 'Installs that this commit asked for.',
    },
    limit: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000,
      default: 2_000,
      description: 'Of events, the newest.',
    },
  },
};

export const AT_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: { at: { ...TIME, description: 'ms since the epoch; now where it is left out.' } },
};

export const PLAN_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: { to: { ...TEXT, minLength: 1, description: 'A branch, a tag or a commit.' } },
};

export const LINES_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    lines: { type: 'integer', minimum: 1, maximum: 100_000, default: 200 },
    install: {
      type: 'string',
      pattern: '^[0-9a-f]{4,64}$',
      description: 'Of this install; its first digits will do.',
    },
  },
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
  properties: { why: NEEDED_WHY, until: { type: ['integer', 'null'], default: null } },
};

export const HOLD_BODY = {
  type: 'object',
  required: ['state', 'until', 'why'],
  additionalProperties: false,
  properties: { state: { enum: ['on', 'off'] }, until: TIME, why: NEEDED_WHY },
};

export const HISTORY_BODY = {
  type: 'object',
  required: ['head'],
  additionalProperties: false,
  properties: { head: { type: 'string', pattern: '^[0-9a-f]{7,64}$' }, why: WHY },
};

export const MANAGE_BODY = {
  type: 'object',
  required: ['command'],
  additionalProperties: false,
  properties: {
    command: { enum: ['install', 'on', 'off', 'cycle'] },
    hours: {
      type: 'number',
      minimum: 0.1,
      maximum: 576,
      default: 2,
      description: 'That `on` or `off` is held.',
    },
    why: WHY,
  },
};
