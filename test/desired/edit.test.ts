import { describe, expect, it } from 'vitest';
import { type Edit, EditError, setInDocument } from '../../src/desired/edit.ts';
import { sampleFiles, siteOf } from './site-files.ts';

/** The lines that an edit of a sample file takes out and puts in. */
function change(file: string, edit: Edit): string[] {
  const files = sampleFiles();
  const before = files[file] ?? '';
  const after = setInDocument(before, edit);
  siteOf({ ...files, [file]: after });
  const [old, now] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (old[head] === now[head] && head < old.length) head++;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return [
    ...old.slice(head, old.length - tail).map((line) => `- ${line}`),
    ...now.slice(head, now.length - tail).map((line) => `+ ${line}`),
  ];
}

const hte = (name: string, path: string[], value: Edit['value']): string[] =>
  change('inventory/nodes/hte.yaml', { kind: 'Node', name, path, value });
const site = (path: string[], value: Edit['value']): string[] =>
  change('inventory/site.yaml', { kind: 'Site', name: 'karoo', path, value });

describe('setInDocument', () => {
  it('changes the one value in a flow mapping, and keeps the comment behind it', () => {
    expect(hte('hte-n01', ['spec', 'install', 'generation'], 2)).toEqual([
      '-   install: { generation: 1 }             # the profile comes from the pool',
      '+   install: { generation: 2 }             # the profile comes from the pool',
    ]);
  });

  it('adds a field to a flow mapping', () => {
    expect(hte('hte-n01', ['spec', 'install', 'profile'], 'docker')).toEqual([
      '-   install: { generation: 1 }             # the profile comes from the pool',
      '+   install: { generation: 1, profile: docker }             # the profile comes from the pool',
    ]);
    expect(hte('hte-n04', ['metadata', 'labels', 'row'], '7')).toEqual([
      '- metadata: { name: hte-n04, labels: { rack: r3 } }',
      '+ metadata: { name: hte-n04, labels: { rack: r3, row: "7" } }',
    ]);
  });

  it('adds a field, with the mappings it needs, behind the last one of a block mapping', () => {
    expect(hte('hte-n02', ['spec', 'install', 'generation'], 2)).toEqual(['+   install: { generation: 2 }']);
    expect(hte('hte-n04', ['spec', 'paused'], { reason: 'fan "A", {left}' })).toEqual([
      `+   paused: { reason: 'fan "A", {left}' }`,
    ]);
    expect(site(['spec', 'policy', 'deadlines', 'booting'], '8m')).toEqual([
      '+     deadlines: { booting: 8m }',
    ]);
  });

  it('changes a value in a block mapping, and a whole mapping', () => {
    expect(site(['spec', 'policy', 'installsAtOnce'], 9)).toEqual([
      '-     installsAtOnce: 4',
      '+     installsAtOnce: 9',
    ]);
    expect(site(['spec', 'mirror'], { url: 'http://mirror.lab/debian' })).toEqual([
      '-   mirror:',
      '-     url: http://mirror.example.org/debian',
      '+   mirror: { url: http://mirror.lab/debian }',
    ]);
  });

  const doc = (spec: string) => `kind: Pool\nmetadata: { name: p }\nspec:${spec}`;
  const set = (spec: string, path: string[], value: Edit['value']) =>
    setInDocument(doc(spec), { kind: 'Pool', name: 'p', path: ['spec', ...path], value }).slice(
      doc('').length,
    );

  it.each<[string, string, string[], Edit['value'], string]>([
    ['an empty value', '\n  a:\n  b: 1\n', ['a'], 5, '\n  a: 5\n  b: 1\n'],
    ['an empty value with a comment', '\n  a: # why\n  b: 1\n', ['a'], 5, '\n  a: 5 # why\n  b: 1\n'],
    ['below an empty value', '\n  a:\n', ['a', 'b'], 5, '\n  a: { b: 5 }\n'],
    ['an empty flow mapping', ' {}\n', ['a'], 1, ' { a: 1 }\n'],
    ['a trailing comma', ' { a: 1, }\n', ['b'], 2, ' { a: 1, b: 2, }\n'],
    ['a folded text', '\n  a: >-\n    one\n    two\n  b: 1\n', ['a'], 'x', '\n  a: x\n  b: 1\n'],
    ['a quoted value', '\n  a: "x" # c\n', ['a'], 'on: off', '\n  a: "on: off" # c\n'],
    ['a text that looks like a number', '\n  a: x\n', ['a'], '12', '\n  a: "12"\n'],
    ['a line break', '\n  a: x\n', ['a'], 'one\ntwo', '\n  a: "one\\ntwo"\n'],
    ['a list', '\n  a: [1, 2] # c\n', ['a'], ['x', 'y'], '\n  a: [ x, y ] # c\n'],
    ['a block list', '\n  a:\n    - 1\n    - 2\n  b: 1\n', ['a'], ['x'], '\n  a: [ x ]\n  b: 1\n'],
    ['a file without a last line break', '\n  a: 1', ['b'], 2, '\n  a: 1\n  b: 2'],
    ['Windows line ends', '\r\n  a: 1\r\n', ['b'], 2, '\r\n  a: 1\r\n  b: 2\r\n'],
    ['a comment at the end', '\n  a: 1\n  # last\n', ['b'], 2, '\n  a: 1\n  b: 2\n  # last\n'],
    ['an alias as the value', ' { x: &x 1, a: *x }\n', ['a'], 2, ' { x: &x 1, a: 2 }\n'],
  ])('keeps the rest with %s', (_, before, path, value, after) => {
    expect(set(before, path, value)).toBe(after);
  });

  it.each<[string, string, string[], string]>([
    ['a name that every object has', ' {}\n', ['constructor', 'x'], 'there is no field "constructor"'],
    ['a path through a value', '\n  a: 1\n', ['a', 'b'], 'spec.a is not a mapping of fields'],
    [
      'a path through an alias',
      '\n  x: &x { b: 1 }\n  a: *x\n',
      ['a', 'b'],
      'spec.a is an alias (*x); edit the file by hand',
    ],
    [
      'an anchor that others use',
      '\n  x: &x { b: 1 }\n  a: *x\n',
      ['x', 'b'],
      'spec.x.b cannot be set without touching more; edit the file by hand',
    ],
  ])('refuses %s', (_, before, path, message) => {
    expect(() => set(before, path, 2)).toThrow(new EditError(message));
  });

  it('says when the document is not there or the file is broken', () => {
    const edit: Edit = { kind: 'Node', name: 'x', path: ['spec', 'power'], value: 'on' };
    expect(() => setInDocument(doc(' {}\n'), edit)).toThrow(
      new EditError('there is no Node "x" in the file'),
    );
    expect(() => setInDocument('a: [', edit)).toThrow(/^the file is not valid YAML/);
  });
});
