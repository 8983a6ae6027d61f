/** What the shapes of answers are written with. A shape bears the name of the type it describes; a test holds the two together. */

export type Shape = Readonly<Record<string, unknown>>;

export const TEXT = { type: 'string' };
export const COUNT = { type: 'integer', minimum: 0 };
export const YES_OR_NO = { type: 'boolean' };
export const TIME = { type: 'integer', description: 'ms since the epoch' };
export const DURATION = { type: 'number', minimum: 0, description: 'ms' };
export const COMMIT_ID = { type: 'string', description: 'Full name of a commit.' };
/** Whatever JSON can say. */
export const ANYTHING = {};

/** The same with words for who reads the document. */
export function said(shape: Shape, description: string): Shape {
  return '$ref' in shape ? { allOf: [shape], description } : { ...shape, description };
}

/** An object with these fields and no others; each is there, but for those named as optional. */
export function fields(properties: Readonly<Record<string, Shape>>, optional: readonly string[] = []): Shape {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    properties,
  };
}

/** An object with free names. */
export function table(of: Shape): Shape {
  return { type: 'object', additionalProperties: of };
}

export function list(of: Shape): Shape {
  return { type: 'array', items: of };
}

export function oneOf(...words: readonly string[]): Shape {
  return { type: 'string', enum: words };
}

export function either(...shapes: readonly Shape[]): Shape {
  return { anyOf: shapes };
}

/** Or null. */
export function maybe(shape: Shape): Shape {
  if (typeof shape['type'] !== 'string') return { anyOf: [shape, { type: 'null' }] };
  const { type, enum: words, ...rest } = shape;
  return {
    type: [type, 'null'],
    ...(Array.isArray(words) && { enum: [...words, null] }),
    ...rest,
  };
}

/** The shape of that name, which stands once in the document. */
export function ref(name: string): Shape {
  return { $ref: `${name}#` };
}
