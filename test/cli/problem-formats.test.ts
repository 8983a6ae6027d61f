import { describe, expect, it } from 'vitest';
import { PROBLEM_FORMATS } from '../../src/cli/problem-formats.ts';
import type { Problem } from '../../src/model/problem.ts';

const PROBLEMS: Problem[] = [
  {
    ...{ code: 'address', severity: 'error', file: 'inventory/a, b.yaml', line: 4, column: 7 },
    ...{ message: 'n1 and n2 have the same <address>', hint: 'Give one of them another' },
    excerpt: '  address: "10.77.0.11" & more\n           ^',
  },
  { code: 'empty', severity: 'warning', file: 'inventory', line: 0, column: 0, message: '100% empty\nit is' },
];

describe('problems for a forge', () => {
  it('as workflow commands of GitHub, a line each, whatever stands in them', () => {
    expect(PROBLEM_FORMATS.github(PROBLEMS, '1.2.3').split('\n')).toEqual([
      '::error file=inventory/a%2C b.yaml,line=4,col=7,title=barewright%3A address::n1 and n2 have the same <address>. Give one of them another',
      expect.stringMatching(/^::warning file=inventory,title=barewright%3A empty::100%25 empty.+it is$/),
      '',
    ]);
    expect(PROBLEM_FORMATS.github([], '1.2.3')).toBe('');
  });

  it('as SARIF, with places that are URIs', () => {
    const log = JSON.parse(PROBLEM_FORMATS.sarif(PROBLEMS, '1.2.3'));
    expect(log.version).toBe('2.1.0');
    expect(log.runs).toEqual([
      {
        tool: {
          driver: { name: 'barewright', version: '1.2.3', rules: [{ id: 'address' }, { id: 'empty' }] },
        },
        results: [
          {
            ruleId: 'address',
            level: 'error',
            message: { text: 'n1 and n2 have the same <address>. Give one of them another' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'inventory/a%2C%20b.yaml' },
                  region: { startLine: 4, startColumn: 7 },
                },
              },
            ],
          },
          {
            ruleId: 'empty',
            level: 'warning',
            message: { text: '100% empty\nit is' },
            locations: [{ physicalLocation: { artifactLocation: { uri: 'inventory' } } }],
          },
        ],
      },
    ]);
  });

  it('as JUnit, where a warning passes and says so', () => {
    expect(PROBLEM_FORMATS.junit(PROBLEMS, '1.2.3')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="barewright" tests="2" failures="1">
  <testsuite name="validate" tests="2" failures="1">
    <testcase classname="inventory/a, b.yaml" name="inventory/a, b.yaml:4:7"><failure type="address" message="n1 and n2 have the same &lt;address&gt;">inventory/a, b.yaml:4:7: n1 and n2 have the same &lt;address&gt;. Give one of them another
  address: &quot;10.77.0.11&quot; &amp; more
           ^</failure></testcase>
    <testcase classname="inventory" name="inventory"><system-out>inventory: 100% empty
it is</system-out></testcase>
  </testsuite>
</testsuites>
`);
    expect(PROBLEM_FORMATS.junit([], '1.2.3')).toContain('tests="1" failures="0"');
    const [first] = PROBLEMS as [Problem];
    expect(PROBLEM_FORMATS.junit([{ ...first, message: 'a\u001bb\ud800' }], '1')).toContain(
      'message="a\ufffdb\ufffd"',
    );
  });
});
