/** Shapes of what the control plane answers, for its document: what one can rely on. More may come beside it. */

const TEXT = { type: 'string' };
const COUNT = { type: 'integer', minimum: 0 };
const TIME = { type: 'integer', description: 'ms since the epoch' };
const MAYBE_TIME = { type: ['integer', 'null'], description: 'ms since the epoch' };
const MAYBE_TEXT = { type: ['string', 'null'] };
const STATE = {
  type: 'object',
  required: ['state', 'message', 'since'],
  properties: { state: TEXT, message: TEXT, since: TIME },
};

export const OK = { type: 'object', required: ['ok'], properties: { ok: { const: true } } };
export const OBJECT = { type: 'object' };
export const OBJECTS = { type: 'array', items: OBJECT };

export const STATUS = {
  type: 'object',
  required: ['version', 'now', 'site', 'inForce', 'git', 'dhcp', 'registry', 'review', 'nodes', 'phases'],
  properties: {
    ...{ version: TEXT, startedAt: TIME, now: TIME, site: MAYBE_TEXT, repository: TEXT },
    inForce: {
      type: ['object', 'null'],
      description: 'The commit in force.',
      required: ['id', 'author', 'subject', 'time'],
      properties: { id: TEXT, author: TEXT, subject: TEXT, time: TIME },
    },
    inForceSince: MAYBE_TIME,
    ...{ git: STATE, dhcp: STATE, registry: STATE, review: STATE, webhooks: STATE },
    ...{ nodes: COUNT, needApproval: COUNT, lastEventId: COUNT },
    phases: { type: 'object', additionalProperties: COUNT },
    power: { type: 'object', additionalProperties: COUNT },
    halted: { type: 'array', items: TEXT },
  },
};

export const NODE = {
  type: 'object',
  required: ['name', 'pool', 'desired', 'phase', 'phaseSince', 'waitsFor', 'power', 'conditions', 'actions'],
  properties: {
    ...{ name: TEXT, pool: TEXT, phaseSince: TIME, deadline: MAYBE_TIME },
    labels: { type: 'object', additionalProperties: TEXT },
    desired: {
      type: 'object',
      required: ['power', 'profile', 'generation', 'mac', 'address', 'source'],
      properties: {
        ...{ profile: TEXT, generation: COUNT, mac: TEXT, address: MAYBE_TEXT },
        power: { enum: ['on', 'off', 'unmanaged'] },
        source: { ...TEXT, description: '`file:line` of the node.' },
      },
    },
    phase: TEXT,
    waitsFor: { ...TEXT, description: 'Empty when it waits for nothing.' },
    next: { ...TEXT, description: 'What happens then.' },
    power: { enum: ['on', 'off', 'unknown'] },
    conditions: OBJECTS,
    actions: { ...OBJECTS, description: 'What the plan says of it.' },
  },
};
export const NODES = { type: 'array', items: NODE };

export const EVENTS = {
  type: 'array',
  items: {
    type: 'object',
    required: ['id', 'time', 'node', 'commit', 'actor', 'reason', 'message', 'data'],
    properties: {
      ...{ id: COUNT, time: TIME, node: MAYBE_TEXT, commit: MAYBE_TEXT },
      ...{ actor: TEXT, reason: TEXT, message: TEXT, data: OBJECT },
    },
  },
};
