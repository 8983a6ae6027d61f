import { join } from 'node:path';
import { API, type Checker, SymbolFlags, type Type, TypeFlags } from 'typescript/unstable/sync';
import { COMMON_SCHEMA } from '../../src/desired/schemas.ts';

const root = join(import.meta.dirname, '../..');

interface Schema {
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
}

export interface TypeComparer {
  /** Every difference between a type of src/model/site.ts and a schema, as `path: what`. */
  compare(typeName: string, schema: object): string[];
  close(): void;
}

/** Starts the compiler, which reads the types itself; it takes a tenth of a second. */
export function createTypeComparer(): TypeComparer {
  const api = new API({ cwd: root });
  const config = join(root, 'tsconfig.json');
  const file = join(root, 'src/model/site.ts');
  const checker = api.updateSnapshot({ openProjects: [config] }).getProject(config)?.checker;
  return {
    compare(typeName, schema) {
      const symbol = checker?.resolveName(typeName, SymbolFlags.Type, { document: file, position: 0 });
      if (!checker || !symbol) throw new Error(`no type ${typeName} in ${file}`);
      const context: Context = { root: schema as Schema, differences: [] };
      compare(checker, checker.getDeclaredTypeOfSymbol(symbol), schema as Schema, typeName, context);
      return context.differences;
    },
    close: () => api.close(),
  };
}

interface Context {
  root: Schema;
  differences: string[];
}

function compare(checker: Checker, given: Type, written: Schema, path: string, context: Context): void {
  const type = checker.getNonNullableType(given) ?? given;
  const schema = follow(written, context.root);
  const say = (what: string) => context.differences.push(`${path}: ${what}`);
  const members = type.isUnionType() ? type.getTypes() : [type];
  const literals = members.filter((member) => member.isStringLiteralType()).map((member) => member.value);

  if (literals.length === members.length) {
    same(literals, (schema.enum ?? [schema.const]).map(String), 'value', say);
  } else if (members.every((member) => (member.flags & TypeFlags.BooleanLike) !== 0)) {
    if (schema.type !== 'boolean') say(`is a boolean in the type, ${schema.type} in the schema`);
  } else if (
    members.every((member) => (member.flags & (TypeFlags.StringLike | TypeFlags.NumberLike)) !== 0)
  ) {
    const names = members.map((member) =>
      (member.flags & TypeFlags.NumberLike) !== 0 ? 'number' : 'string',
    );
    const types = [schema.type ?? ''].flat().map((name) => (name === 'integer' ? 'number' : name));
    same(names, types, 'type', say);
  } else if (checker.isArrayType(type) && type.isTypeReference()) {
    const [element] = checker.getTypeArguments(type);
    if (schema.type !== 'array' || !schema.items) say('is a list in the type, not in the schema');
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
  if (schema.type !== 'object') return void say(`is an object in the type, ${schema.type} in the schema`);
  const [index] = members.flatMap((member) => [...checker.getIndexInfosOfType(member)]);
  if (index) {
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

function follow(schema: Schema, base: Schema): Schema {
  if (!schema.$ref) return schema;
  const [document, pointer = ''] = schema.$ref.split('#/$defs/');
  const home: Schema =
    document === 'common.json' || !base.$defs?.[pointer] ? (COMMON_SCHEMA as Schema) : base;
  const target = home.$defs?.[pointer];
  if (!target) throw new Error(`no definition for ${schema.$ref}`);
  return follow(target, home);
}
