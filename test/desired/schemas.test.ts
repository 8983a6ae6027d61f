import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMON_SCHEMA, SCHEMAS, validatorOf } from '../../src/desired/schemas.ts';
import { KINDS, type Kind } from '../../src/model/site.ts';
import { createTypeComparer } from './schema-types.ts';
import { sampleFiles, siteOf } from './site-files.ts';

type Any = Record<string, unknown>;

/** Every schema inside a schema, with its path. */
function* partsOf(value: unknown, path: string): Generator<[string, Any]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* partsOf(item, `${path}/${index}`);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  yield [path, value as Any];
  for (const [key, child] of Object.entries(value)) {
    if (key !== 'examples' && key !== 'default') yield* partsOf(child, `${path}/${key}`);
  }
}

const all = [COMMON_SCHEMA, ...Object.values(SCHEMAS)];
const parts = all.flatMap((schema) => [...partsOf(schema, schema.$id.split('/').at(-1) ?? '')]);

describe('schemas and types', () => {
  const types = createTypeComparer();
  afterAll(() => types.close());

  it.each(KINDS)('%s says the same in src/model/site.ts and in its schema', (kind) => {
    const { spec } = SCHEMAS[kind].properties;
    const { $defs } = SCHEMAS[kind] as { $defs?: object };
    expect(types.compare(`${kind}Spec`, { ...spec, $defs })).toEqual([]);
  });

  it('Metadata says the same in both', () => {
    const { metadata, ...$defs } = COMMON_SCHEMA.$defs;
    expect(types.compare('Metadata', { ...metadata, $defs })).toEqual([]);
  });

  it('notices each way in which the two can drift apart', () => {
    const { spec } = SCHEMAS.Network.properties;
    const { gateway, ...rest } = spec.properties;
    const drifted = {
      ...spec,
      required: ['cidr', 'role'],
      properties: {
        ...rest,
        gatway: gateway,
        role: { enum: ['install', 'data', 'storage'] },
        vlan: { type: 'string' },
        dhcp: { type: 'integer' },
        dns: { type: 'string' },
      },
    };
    expect(types.compare('NetworkSpec', drifted)).toMatchInlineSnapshot(`
      [
        "NetworkSpec: field gateway is in the type only",
        "NetworkSpec: field gatway is in the schema only",
        "NetworkSpec.dns: is a list in the type, not in the schema",
        "NetworkSpec.dhcp: is a boolean in the type, integer in the schema",
        "NetworkSpec.vlan: type number is in the type only",
        "NetworkSpec.vlan: type string is in the schema only",
        "NetworkSpec: role is optional in the type only",
        "NetworkSpec.role: value bmc is in the type only",
        "NetworkSpec.role: value storage is in the schema only",
      ]
    `);
  });

  it('has one file for each kind, and one for what they share', () => {
    const names = all.map(({ $id }) => $id.replace('https://barewright.dev/schemas/v1/', ''));
    expect(names.sort()).toEqual(readdirSync(join(import.meta.dirname, '../../schemas')).sort());
    expect(Object.keys(SCHEMAS)).toEqual([...KINDS]);
  });
});

describe('the schemas themselves', () => {
  it('name 2020-12 and carry a title and a description', () => {
    for (const schema of all) {
      expect(schema).toMatchObject({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        title: expect.any(String),
        description: expect.any(String),
      });
    }
  });

  it.each(KINDS)('have examples of %s that are valid', (kind: Kind) => {
    const { examples } = SCHEMAS[kind];
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const validate = validatorOf(kind);
      validate(structuredClone(example));
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  it('have only valid examples of their parts', async () => {
    const { Ajv2020 } = await import('ajv/dist/2020.js');
    const ajv = new Ajv2020({ strict: false, validateFormats: false, schemas: all });
    const wrong = parts.flatMap(([path, part]) => {
      const file = path.split('/')[0];
      const pointer = path.slice((file ?? '').length);
      const examples = Array.isArray(part['examples']) ? part['examples'] : [];
      return examples.flatMap((example) => {
        const validate = ajv.getSchema(`https://barewright.dev/schemas/v1/${file}#${pointer}`);
        return validate?.(example)
          ? []
          : [`${path}: ${JSON.stringify(example)} ${JSON.stringify(validate?.errors)}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('let no unknown field, no unanchored pattern and no pattern without a sentence through', () => {
    for (const [path, part] of parts) {
      if (part['properties'] && part['type'] === 'object')
        expect([path, part['additionalProperties']]).toEqual([path, false]);
      if (typeof part['pattern'] !== 'string') continue;
      expect([path, part['pattern']]).toEqual([path, expect.stringMatching(/^\^.*\$$/s)]);
      expect([path, part['errorMessage']]).toEqual([path, expect.stringMatching(/^must /)]);
    }
  });

  it('bound every free text and every list', () => {
    const unbounded = parts.filter(
      ([, { type, pattern, maxLength, items, maxItems }]) =>
        (type === 'string' && pattern === undefined && maxLength === undefined) ||
        (type === 'array' && items !== undefined && maxItems === undefined),
    );
    expect(unbounded.map(([path]) => path)).toEqual([]);
  });
});

describe('the sample site', () => {
  it('is valid, with 12 nodes in 2 pools and 3 profiles', () => {
    const site = siteOf(sampleFiles());
    expect(site.warnings).toEqual([]);
    expect([...site.pools.keys()]).toEqual(['hte', 'sip']);
    expect([...site.profiles.keys()]).toEqual(['base', 'ceph', 'docker']);
    expect([...site.stacks.keys()]).toEqual([
      'base',
      'ceph-host',
      'chrony',
      'docker',
      'nfs-mount',
      'node-exporter',
    ]);
    const pools = [...site.nodes.values()].map(({ pool, profile }) => `${pool} ${profile}`);
    expect(pools).toEqual([...Array(4).fill('hte ceph'), ...Array(8).fill('sip docker')]);
  });

  it('opens every document with the line that editors read, and the schema is there', () => {
    for (const [path, text] of Object.entries(sampleFiles())) {
      if (!path.endsWith('.yaml')) continue;
      const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? '';
      const kind = /^kind: (.*)$/m.exec(text)?.[1] ?? '';
      expect(`${path}: ${join(path, '..', schema)}`).toBe(`${path}: schemas/${kind.toLowerCase()}.json`);
    }
  });
});
