import { describe, expect, it } from 'vitest';
import { removeFromDocument } from '../../src/desired/edit-remove.ts';

const edit = (...path: string[]) => ({ kind: 'Node', name: 'n1', path }) as const;
const head = 'kind: Node\nmetadata: { name: n1 }\n';

describe('taking a field out', () => {
  it.each([
    [
      'a line, with its remark',
      'spec:\n  pool: a # one\n  paused: { reason: x } # until Friday\n  power: on # two\n',
      'spec:\n  pool: a # one\n  power: on # two\n',
    ],
    [
      'a block',
      'spec:\n  paused:\n    reason: x\n    until: y\n\n  # of the rack\n  pool: a\n',
      'spec:\n\n  # of the rack\n  pool: a\n',
    ],
    ['the last line of a file', 'spec:\n  pool: a\n  paused: { reason: x }', 'spec:\n  pool: a\n'],
    ['the first of a flow', 'spec: { paused: { reason: x }, pool: a }\n', 'spec: { pool: a }\n'],
    ['the last of a flow', 'spec: { pool: a, paused: { reason: x } }\n', 'spec: { pool: a }\n'],
    [
      'a text of several lines',
      'spec:\n  pool: a\n  paused: |\n    x\n    y\n  power: on\n',
      'spec:\n  pool: a\n  power: on\n',
    ],
    ['nothing, where it is not there', 'spec:\n  pool: a\n', 'spec:\n  pool: a\n'],
  ])('%s', (_what, before, after) => {
    expect(removeFromDocument(head + before, edit('spec', 'paused'))).toBe(head + after);
  });

  it('leaves other documents of the file alone', () => {
    const other = 'kind: Node\nmetadata: { name: n2 }\nspec: { pool: a, paused: { reason: x } }\n';
    const text = `${other}---\n${head}spec:\n  pool: a\n  paused: { reason: x }\n---\n${other}`;
    const wanted = `${other}---\n${head}spec:\n  pool: a\n---\n${other}`;
    expect(removeFromDocument(text, edit('spec', 'paused'))).toBe(wanted);
  });

  it('is refused where it is all there is, or is used elsewhere', () => {
    expect(() => removeFromDocument(`${head}spec: { paused: {} }\n`, edit('spec', 'paused'))).toThrow(
      /only field/,
    );
    const anchored = `${head}spec:\n  paused: &p { reason: x }\n  pool: a\n  more: *p\n`;
    expect(() => removeFromDocument(anchored, edit('spec', 'paused'))).toThrow();
    expect(() => removeFromDocument('kind: Pool\n', edit('spec', 'paused'))).toThrow(/no Node "n1"/);
  });
});
