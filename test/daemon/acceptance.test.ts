import { expect, it } from 'vitest';
import { rejection } from '../../src/daemon/acceptance.ts';
import type { Problem } from '../../src/model/problem.ts';
import { aCommit } from '../builders/commit.ts';

const wrong: Problem = {
  ...{ code: 'schema', severity: 'error', file: 'inventory/site.yaml', line: 21, column: 30 },
  message: 'url must be an http or https address',
};

it('a refused commit is told with the place of its first error', () => {
  const warned: Problem = { ...wrong, severity: 'warning', line: 2, message: 'not used' };
  expect(rejection(aCommit('abc'), [warned, wrong]).message).toBe(
    'commit abc0000000 by Thandi has 1 problem: inventory/site.yaml:21:30: url must be an http or https address',
  );
  const whole: Problem = { ...wrong, file: 'inventory/', line: 0, column: 0, message: 'there are no nodes' };
  expect(rejection(aCommit('abc'), [whole]).message).toBe(
    'commit abc0000000 by Thandi has 1 problem: inventory/: there are no nodes',
  );
});
