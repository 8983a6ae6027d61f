import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDocumentCache } from '../../src/desired/document-cache.ts';
import { parseFile } from '../../src/desired/parse-file.ts';
import { type Files, resolveFiles, sampleFiles, smallFiles } from './site-files.ts';

const parse = (text: string) => parseFile(Buffer.from(text));
const MIB = 1024 * 1024;

describe('hostile texts', () => {
  it.each<[string, string]>([
    ['open brackets', '['.repeat(MIB)],
    ['open brackets, few', '['.repeat(10_000)],
    ['open braces', '{a: '.repeat(MIB / 4)],
    ['list marks', '- '.repeat(4000)],
    ['question marks', '? '.repeat(4000)],
    ['steps of indentation', Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['commas', `[${','.repeat(MIB - 1)}`],
    ['closing braces', '}'.repeat(MIB)],
    ['empty documents', '---\n'.repeat(MIB / 4)],
    ['aliases', `a: &a 1\nb: [${'*a,'.repeat(10_000)}]`],
    ['a bomb of aliases', bomb(9)],
    ['many keys', Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['a very long text', `a: ${'x'.repeat(MIB - 4)}`],
    ['a long host for a pattern to chew on', longHost()],
  ])('%s: refused, without a crash', (_, text) => {
    expect(parse(text).problems.length).toBeGreaterThan(0);
  });

  it.each([
    ['__proto__: { polluted: yes }'],
    ['metadata: { name: x, labels: { __proto__: x } }'],
    ['metadata: { name: __proto__ }'],
    ['constructor: { prototype: { polluted: 1 } }'],
  ])('%s: refused, and no object changed', (line) => {
    const text = `apiVersion: barewright.dev/v1\nkind: Pool\nspec: {}\n${line}\n`;
    expect(parse(text).problems.length).toBeGreaterThan(0);
    expect('polluted' in {}).toBe(false);
  });

  it('a name that every object has is a name like any other', () => {
    const files = smallFiles();
    const renamed = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path, String(text).replaceAll('sip', 'constructor')]),
    );
    expect([...(resolveFiles(renamed).site?.pools.keys() ?? [])]).toEqual(['constructor']);
  });
});

function bomb(levels: number): string {
  const lines = ['a0: &a0 x'];
  for (let i = 1; i <= levels; i++)
    lines.push(
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  return lines.join('\n');
}

function longHost(): string {
  const ntp = `"${'1:'.repeat(2000)}!"`;
  return `apiVersion: barewright.dev/v1\nkind: Site\nmetadata: { name: x }\nspec: { ntp: [${ntp}], domain: ${'a.'.repeat(2000)}- }\n`;
}

/** Pieces that mutations put into documents. */
const PIECES = [
  ...[
    'null',
    '~',
    '[]',
    '{}',
    '""',
    '0',
    '-1',
    '1e400',
    '.nan',
    'true',
    '[1]',
    '{ a: 1 }',
    '- x',
    '? y',
    '---',
    '...',
    '%YAML 1.1',
  ],
  ...[
    '&a',
    '*a',
    '!!binary x',
    '!x',
    '<<: *a',
    '|',
    '>-',
    '#',
    '"',
    "'",
    ':',
    ',',
    '\n',
    '\t',
    '\r\n',
    '\u0000',
    '\u2028',
    '\ud800',
  ],
  ...[
    'on',
    'off',
    'spec:',
    'metadata:',
    'name: sip',
    'boot: true',
    '10.77.0.0',
    'fd77::/200',
    'ipmi://[::1]:99999',
    '__proto__',
  ],
];

const mutation = fc.record({
  file: fc.nat(),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat({ max: 30 }),
  piece: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 8 })),
});

function mutate(
  files: Record<string, string>,
  { file, at, length, piece }: { file: number; at: number; length: number; piece: string },
): void {
  const paths = Object.keys(files).filter((path) => path.endsWith('.yaml'));
  const path = paths[file % paths.length] ?? '';
  const text = files[path] ?? '';
  const from = Math.floor(at * text.length);
  files[path] = text.slice(0, from) + piece + text.slice(from + length);
}

/** Paths of values that are undefined or no number; Maps are walked like objects. */
function holes(value: unknown, path = ''): string[] {
  if (value === undefined || Number.isNaN(value)) return [path];
  if (value === null || typeof value !== 'object') return [];
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return entries.flatMap(([key, field]) => holes(field, `${path}/${key}`));
}

describe('random changes of valid documents', () => {
  // Kept over all runs: only what was changed is parsed again.
  const cache = createDocumentCache();
  const valid: Files[] = [sampleFiles(), smallFiles()];

  it('end in a whole site or in problems that can be shown, never in a crash', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...valid),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        (start, changes) => {
          const files = { ...start } as Record<string, string>;
          for (const change of changes) mutate(files, change);
          const { site, problems } = resolveFiles(files, cache);
          expect(site === null).toBe(problems.some(({ severity }) => severity === 'error'));
          expect(holes(site)).toEqual([]);
          for (const { file, line, column, message, hint } of problems) {
            expect(file).not.toBe('');
            expect(Math.min(line, column)).toBeGreaterThanOrEqual(0);
            expect(`${message}${hint}`).not.toMatch(/undefined|NaN|\[object|[\u0000-\u001f]/);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('random bytes end in problems', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(parseFile(bytes).problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});
