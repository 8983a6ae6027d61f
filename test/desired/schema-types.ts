import { join } from 'node:path';
import { API, type Checker, SymbolFlags, type Type, TypeFlags } from 'typescript/unstable/sync';
import { COMMON_SCHEMA } from '../../src/desired/schemas.ts';

const root = join(import.meta.dirname, '../..');

interface Schema {
  title?: string;
  $ref?: string;
  $id?: string;
  $defs?: Record<string, Schema>;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
}

export interface TypeComparer {
  /** Every difference between a type that `file` knows and a schema, as `path: what`. */
  compare(typeName: string, schema: object, file?: string): string[];
  close(): void;
}

/**
 * Starts the compiler, which reads the types itself; it takes a tenth of a second. `shapes` are what schemas refer to as
 * `NAME#`: where the type has that name too, the two are not compared again.
 */
export function createTypeComparer(shapes: Readonly<Record<string, object>> = {}): TypeComparer {
  const api = new API({ cwd: root });
  const config = join(root, 'tsconfig.json');
  const checker = api.updateSnapshot({ openProjects: [config] }).getProject(config)?.checker;
  return {
    compare(typeName, schema, home = 'src/model/site.ts') {
      const file = join(root, home);
      const symbol = checker?.resolveName(typeName, SymbolFlags.Type, { document: file, position: 0 });
      if (!checker || !symbol) throw new Error(`no type ${typeName} in ${file}`);
      const context: Context = { root: schema as Schema, shapes, differences: [] };
      compare(checker, checker.getDeclaredTypeOfSymbol(symbol), schema as Schema, typeName, context);
      return context.differences;
    },
    close: () => api.close(),
  };
}

interface Context {
  root: Schema;
  shapes: Readonly<Record<string, Schema>>;
  differences: string[];
}

function compare(checker: Checker, given: Type, written: Schema, path: string, context: Context): void {
  const type = checker.getNonNullableType(given) ?? given;
  const say = (what: string) => context.differences.push(`${path}: ${what}`);
  const { schema: named, mayBeNull } = withoutNull(written);
  const isNullable = given.isUnionType() && given.getTypes().some(({ flags }) => flags & TypeFlags.Null);
  if (Boolean(isNullable) !== mayBeNull) say(`may be null in the ${mayBeNull ? 'schema' : 'type'} only`);
  if (isSameName(type, named, path)) return;
  const schema = follow(named, context);
  const members = type.isUnionType() ? type.getTypes() : [type];
  const literals = members.filter((member) => member.isStringLiteralType()).map((member) => member.value);
  const choices = schema.properties ? undefined : (schema.anyOf ?? schema.oneOf);

  if (choices) {
    compareChoices(checker, members, choices, path, context);
  } else if (literals.length === members.length) {
    same(literals, (schema.enum ?? [schema.const]).filter((word) => word !== null).map(String), 'value', say);
  } else if (members.every((member) => (member.flags & TypeFlags.BooleanLike) !== 0)) {
    if (!typesOf(schema).includes('boolean')) say(`is a boolean in the type, ${schema.type} in the schema`);
  } else if (
    members.every((member) => (member.flags & (TypeFlags.StringLike | TypeFlags.NumberLike)) !== 0)
  ) {
    const names = members.map((member) =>
      (member.flags & TypeFlags.NumberLike) !== 0 ? 'number' : 'string',
    );
    const types = typesOf(schema).map((name) => (name === 'integer' ? 'number' : name));
    same(names, types, 'type', say);
  } else if (checker.isArrayType(type) && type.isTypeReference()) {
    const [element] = checker.getTypeArguments(type);
    if (!typesOf(schema).includes('array') || !schema.items) say('is a list in the type, not in the schema');
    else if (element) compare(checker, element, schema.items, `${path}[]`, context);
  } else {
    compareObject(checker, members, schema, path, context);
  }
}

/** A union of objects is compared as one object with the fields of all. */
function compareObject(
  checker: Checker,
  members: readonly Type[],
  schema: Schema,
  path: string,
  context: Context,
): void {
  const say = (what: string) => context.differences.push(`${path}: ${what}`);
  if (!typesOf(schema).includes('object'))
    return void say(`is an object in the type, ${schema.type} in the schema`);
  const [index] = members.flatMap((member) => [...checker.getIndexInfosOfType(member)]);
  if (index && (index.valueType.flags & TypeFlags.Never) === 0) {
    // `Record<string, unknown>`: the schema may be stricter than the type can say.
    if ((index.valueType.flags & TypeFlags.Unknown) !== 0) return;
    if (typeof schema.additionalProperties !== 'object') return void say('has free names in the type only');
    compare(checker, index.valueType, schema.additionalProperties, `${path}.*`, context);
    return;
  }
  if (schema.additionalProperties !== false) say('lets unknown fields through');
  const fields = members.flatMap((member) => [...checker.getPropertiesOfType(member)]);
  same(
    fields.map(({ name }) => name),
    Object.keys(schema.properties ?? {}),
    'field',
    say,
  );
  for (const field of fields) {
    const property = schema.properties?.[field.name];
    const type = checker.getTypeOfSymbol(field);
    if (!property || !type) continue;
    const optional = (field.flags & SymbolFlags.Optional) !== 0 || members.length > 1;
    if (optional === (schema.required ?? []).includes(field.name)) {
      say(`${field.name} is ${optional ? 'optional' : 'required'} in the type only`);
    }
    compare(checker, type, property, `${path}.${field.name}`, context);
  }
}

function same(inType: string[], inSchema: string[], what: string, say: (what: string) => void): void {
  for (const name of inType) if (!inSchema.includes(name)) say(`${what} ${name} is in the type only`);
  for (const name of inSchema) if (!inType.includes(name)) say(`${what} ${name} is in the schema only`);
}

/** Each member against the choice with the same constant, or else the same names of fields. */
function compareChoices(
  checker: Checker,
  members: readonly Type[],
  choices: readonly Schema[],
  path: string,
  context: Context,
): void {
  const left = choices.map((choice) => follow(choice, context));
  for (const member of members) {
    const fields = [...checker.getPropertiesOfType(member)];
    const at = left.findIndex(
      ({ properties = {} }) =>
        fields.every(({ name }) => name in properties) &&
        fields.every((field) => {
          const type = checker.getTypeOfSymbol(field);
          const constant = properties[field.name]?.const;
          return typeof constant !== 'string' || (type?.isStringLiteralType() && type.value === constant);
        }),
    );
    const [choice] = at < 0 ? [] : left.splice(at, 1);
    const names = fields.map(({ name }) => name).join(', ');
    if (choice) compare(checker, member, choice, `${path}(${choice.title ?? names})`, context);
    else context.differences.push(`${path}: a choice with ${names} is in the type only`);
  }
  for (const { title, properties } of left)
    context.differences.push(
      `${path}: the choice ${title ?? Object.keys(properties ?? {})} is in the schema only`,
    );
}

function typesOf({ type = '' }: Schema): string[] {
  return [type].flat().filter((name) => name !== 'null');
}

/** `{ anyOf: [shape, null] }` and `{ type: [..., 'null'] }` as the shape itself. */
function withoutNull(schema: Schema): { schema: Schema; mayBeNull: boolean } {
  const [first, second] = schema.anyOf ?? [];
  if (first && second?.type === 'null') return { schema: first, mayBeNull: true };
  return { schema: schema.allOf?.[0] ?? schema, mayBeNull: [schema.type].flat().includes('null') };
}

/** Below the top, where the two are to be compared. */
function isSameName(type: Type, { $ref }: Schema, path: string): boolean {
  const names = [type.getAliasSymbol()?.name, type.getSymbol()?.name];
  return /[.[]/.test(path) && $ref !== undefined && names.includes($ref.slice(0, -1));
}

function follow(schema: Schema, { root: base, shapes }: Context): Schema {
  if (!schema.$ref) return schema;
  const shape = shapes[schema.$ref.slice(0, -1)];
  if (shape) return shape;
  const [document, pointer = ''] = schema.$ref.split('#/$defs/');
  const home: Schema =
    document === 'common.json' || !base.$defs?.[pointer] ? (COMMON_SCHEMA as Schema) : base;
  const target = home.$defs?.[pointer];
  if (!target) throw new Error(`no definition for ${schema.$ref}`);
  return follow(target, { root: base, shapes, differences: [] });
}
