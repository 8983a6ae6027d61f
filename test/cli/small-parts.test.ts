import { describe, expect, it } from 'vitest';
import { readServerEvents } from '../../src/cli/event-source.ts';
import { parseAssignment, parseTarget } from '../../src/cli/field-path.ts';
import { formatTable } from '../../src/cli/table.ts';
import { sayDuration, timesOf } from '../../src/cli/times.ts';
import { unifiedDiff } from '../../src/plan/unified-diff.ts';
import { T0 } from '../builders/commit.ts';

describe('formatTable', () => {
  it('aligns by what is seen, not by the marks', () => {
    const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
    const table = formatTable(
      ['NAME', 'STATE'],
      [
        [{ text: 'n1', paint: red }, 'on'],
        ['node-22', 'off'],
      ],
    );
    expect(table).toBe('NAME      STATE\n\u001b[31mn1\u001b[39m        on\nnode-22   off\n');
  });

  it('cuts the last column to a terminal', () => {
    const rows = [['n1', 'the installer to fetch its answers']];
    expect(formatTable(['NAME', 'WAITS FOR'], rows, { columns: 25 })).toBe(
      'NAME   WAITS FOR\nn1     the installer to…\n',
    );
  });
});

describe('times', () => {
  const clock = { now: () => T0, timeZone: 'Africa/Johannesburg' };

  it('are local, and dated when they are not of today', () => {
    expect(timesOf(clock).at(T0 - 60_000)).toBe('13:59:00');
    expect(timesOf(clock, { utc: true }).at(T0 - 60_000)).toBe('11:59:00');
    expect(timesOf(clock).at(T0 - 86_400_000)).toBe('2026-05-31 14:00:00');
    // In UTC it is of today still; here the day has begun two hours earlier.
    expect(timesOf(clock).at(T0 - 13 * 3_600_000)).toBe('01:00:00');
    expect(timesOf(clock, { utc: true }).at(T0 - 13 * 3_600_000)).toBe('2026-05-31 23:00:00');
  });

  it('say how long ago and how long yet', () => {
    expect(timesOf(clock).since(T0 - 192_000)).toBe('13:56:48 (3m 12s ago)');
    expect(timesOf(clock).until(T0 + 108_000)).toBe('14:01:48 (in 1m 48s)');
    expect(timesOf(clock).until(T0 - 1)).toBe('13:59:59 (now)');
  });

  it.each([
    [-5, '0s'],
    [999, '0s'],
    [59_000, '59s'],
    [60_000, '1m'],
    [252_000, '4m 12s'],
    [11_100_000, '3h 5m'],
    [187_200_000, '2d 4h'],
  ])('says %i ms as %s', (ms, said) => {
    expect(sayDuration(ms)).toBe(said);
  });
});

describe('unifiedDiff', () => {
  it('shows each change with three lines around it', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
    const before = `${lines.join('\n')}\n`;
    const after = before.replace('line 2\n', 'line two\n').replace('line 18\n', '');
    expect(unifiedDiff('a.yaml', before, after)).toBe(`\
--- a/a.yaml
+++ b/a.yaml
@@ -1,5 +1,5 @@
 line 1
-line 2
+line two
 line 3
 line 4
 line 5
@@ -15,6 +15,5 @@
 line 15
 line 16
 line 17
-line 18
 line 19
 line 20
`);
  });

  it('is empty where nothing differs, and adds at the end', () => {
    expect(unifiedDiff('a', 'x\n', 'x\n')).toBe('');
    expect(unifiedDiff('a', 'x\n', 'x\ny\n')).toBe('--- a/a\n+++ b/a\n@@ -1,1 +1,2 @@\n x\n+y\n');
  });
});

describe('fields and targets', () => {
  it.each([
    ['power=off', ['spec', 'power'], 'off'],
    ['install.generation=2', ['spec', 'install', 'generation'], 2],
    ['spec.power=on', ['spec', 'power'], 'on'],
    ['labels.example.org/rack=r2', ['metadata', 'labels', 'example.org/rack'], 'r2'],
    ['metadata.annotations=null', ['metadata', 'annotations'], null],
    ['paused={ reason: a=b }', ['spec', 'paused'], { reason: 'a=b' }],
    ['domain=', ['spec', 'domain'], null],
  ])('reads %s', (text, path, value) => {
    expect(parseAssignment(text)).toEqual({ path, value });
  });

  it('says what to write instead', () => {
    expect(() => parseAssignment('power')).toThrow('"power" sets nothing');
    expect(() => parseAssignment('a={')).toThrow('is no YAML value');
    expect(parseTarget('sip-n01')).toEqual({ kind: 'Node', name: 'sip-n01' });
    expect(parseTarget('pool/sip')).toEqual({ kind: 'Pool', name: 'sip' });
    expect(() => parseTarget('pol/sip')).toThrow(
      expect.objectContaining({ message: 'there is no kind pol', hint: 'did you mean: Pool/sip' }),
    );
  });
});

describe('readServerEvents', () => {
  it('puts together what came in pieces', async () => {
    const bytes = new TextEncoder().encode(
      'retry: 2000\nid: 7\n\n: here\n\nid: 8\nevent: journal\ndata: {"a":"\u00e9"}\n\ndata: x\r\ndata: y\r\n\r\ndata: lost',
    );
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += 3) yield bytes.subarray(at, at + 3);
    }
    expect(await Array.fromAsync(readServerEvents(pieces()))).toEqual([
      { id: '8', event: 'journal', data: '{"a":"\u00e9"}' },
      { id: '8', event: 'message', data: 'x\ny' },
    ]);
  });
});
