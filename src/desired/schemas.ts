/** The JSON Schemas of the kinds, compiled on first use. */

import type { ValidateFunction } from 'ajv/dist/2020.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import common from '../../schemas/common.json' with { type: 'json' };
import image from '../../schemas/image.json' with { type: 'json' };
import network from '../../schemas/network.json' with { type: 'json' };
import node from '../../schemas/node.json' with { type: 'json' };
import pool from '../../schemas/pool.json' with { type: 'json' };
import profile from '../../schemas/profile.json' with { type: 'json' };
import site from '../../schemas/site.json' with { type: 'json' };
import stack from '../../schemas/stack.json' with { type: 'json' };
import type { Kind } from '../model/site.ts';
import { parseAddress, parseCidr } from './address.ts';
import { parseDuration } from './duration.ts';

export const COMMON_SCHEMA = common;

export const SCHEMAS = {
  Site: site,
  Network: network,
  Pool: pool,
  Node: node,
  Profile: profile,
  Stack: stack,
  Image: image,
} as const satisfies Record<Kind, { $id: string }>;

const FORMATS = {
  'barewright-duration': (text: string) => parseDuration(text) !== null,
  'barewright-ip': (text: string) => parseAddress(text) !== null,
  'barewright-cidr': (text: string) => parseCidr(text) !== null,
  'barewright-host': isHost,
  'date-time': fullFormats['date-time'],
  hostname: fullFormats.hostname,
  ipv4: fullFormats.ipv4,
  ipv6: fullFormats.ipv6,
  uri: fullFormats.uri,
};

let kinds: Ajv2020 | null = null;

/** The validator of a kind's documents. Its errors carry the schema and the data (`verbose`). */
export function validatorOf(kind: Kind): ValidateFunction {
  kinds ??= createAjv();
  const validate = kinds.getSchema(SCHEMAS[kind].$id);
  if (!validate) throw new Error(`no schema of kind ${kind}`);
  return validate;
}

function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    strictRequired: false,
    formats: FORMATS,
  });
  ajv.addVocabulary(['errorMessage']);
  ajv.addSchema([common, ...Object.values(SCHEMAS)]);
  return ajv;
}

/**
 * The validator of a stack's parameters, which also fills in defaults. Takes a schema that the kind's own schema has let
 * through; throws when it is no JSON Schema all the same.
 */
export function compileParameters(schema: Record<string, unknown>): ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: false,
    useDefaults: true,
    logger: false,
    formats: FORMATS,
  });
  return ajv.compile(schema);
}

/** A name or an address; digits and dots that are no address are neither. */
function isHost(text: string): boolean {
  return text.includes(':') || /^[0-9.]+$/.test(text) ? parseAddress(text) !== null : true;
}
