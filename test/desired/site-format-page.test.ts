import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFile } from '../../src/desired/parse-file.ts';
import { SCHEMAS } from '../../src/desired/schemas.ts';
import { KINDS } from '../../src/model/site.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/site-format.md'), 'utf8');

describe('docs/site-format.md', () => {
  it('has a valid example of each kind', () => {
    const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) =>
      parseFile(Buffer.from(text)),
    );
    expect(examples.flatMap(({ problems }) => problems)).toEqual([]);
    const kinds = examples.flatMap(({ documents }) => documents.map(({ kind }) => kind));
    expect([...new Set(kinds)].sort()).toEqual([...KINDS].sort());
  });

  it.each(KINDS)('names every field of %s', (kind) => {
    const [, section = ''] = page.split(new RegExp(`^## ${kind}$`, 'm'));
    const table = section.split(/^## /m)[0] ?? '';
    const fields = Object.keys(SCHEMAS[kind].properties.spec.properties);
    expect(fields.filter((field) => !new RegExp(`\`${field}[.\`[]`).test(table))).toEqual([]);
  });
});
