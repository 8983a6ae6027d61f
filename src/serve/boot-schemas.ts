/** Shapes of what machines send: bounded, one line where it becomes a line, nothing unknown. */

/** Lower case with colons. */
export const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

const LINE = {
  type: 'string',
  maxLength: 300,
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$',
};
const NAME = { type: 'string', minLength: 1, maxLength: 63, pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' };
const HEX = { type: 'string', pattern: '^[0-9a-f]{1,64}$' };

export const CALLBACK_PROGRESS = {
  type: 'object',
  required: ['step'],
  additionalProperties: false,
  properties: {
    step: { ...LINE, minLength: 1 },
    percent: { type: ['number', 'null'], minimum: 0, maximum: 100 },
  },
};

export const CALLBACK_FAILED = {
  type: 'object',
  required: ['why'],
  additionalProperties: false,
  properties: { why: { ...LINE, minLength: 1 } },
};

const INSTALL_ID = { type: 'string', pattern: '^[0-9a-f]{32}$' };
/** Read by nobody: it makes the signature of one request another's than that of the next. */
const NONCE = { type: 'string', pattern: '^[0-9a-f]{32}$' };

export const STACKS = {
  type: 'object',
  required: ['mac', 'installId', 'configDigest', 'nonce'],
  additionalProperties: false,
  properties: {
    mac: { type: 'string', pattern: MAC.source },
    installId: INSTALL_ID,
    configDigest: HEX,
    nonce: NONCE,
  },
};

export const REPORT = {
  type: 'object',
  required: ['mac'],
  additionalProperties: false,
  properties: {
    mac: { type: 'string', pattern: MAC.source },
    boot: { type: 'boolean', default: false },
    nonce: NONCE,
    record: {
      type: ['object', 'null'],
      default: null,
      required: ['installId', 'profile', 'generation', 'installDigest', 'commit'],
      additionalProperties: false,
      properties: {
        installId: INSTALL_ID,
        profile: NAME,
        generation: { type: 'integer', minimum: 1, maximum: 1_000_000 },
        installDigest: HEX,
        commit: HEX,
      },
    },
    configDigest: { anyOf: [HEX, { type: 'null' }], default: null },
    stacks: {
      type: 'array',
      maxItems: 100,
      default: [],
      items: {
        type: 'object',
        required: ['name', 'state'],
        additionalProperties: false,
        properties: { name: NAME, state: { enum: ['ok', 'failed', 'running'] }, message: LINE },
      },
    },
    facts: {
      type: 'object',
      maxProperties: 100,
      default: {},
      propertyNames: { maxLength: 40, pattern: '^[\\w.-]+$' },
      additionalProperties: LINE,
    },
  },
};
