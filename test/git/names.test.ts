import { describe, expect, it } from 'vitest';
import { checkBranch, checkObjectId, checkPath, checkRevision } from '../../src/git/names.ts';

const REFUSED = [
  '--output=x',
  '-foo',
  'a..b',
  '',
  'a b',
  'a\nb',
  'a:b',
  'main@{1}',
  '@',
  'x.lock',
  'x/.hidden',
  '/x',
  'x/',
  'x//y',
  'x.',
  'a*',
  'a\\b',
];

describe('names on a git command line', () => {
  it.each(REFUSED)('refuses %j as a branch and as a revision', (name) => {
    expect(() => checkBranch(name)).toThrow(expect.objectContaining({ code: 'unsafe' }));
    expect(() => checkRevision(name)).toThrow(expect.objectContaining({ code: 'unsafe' }));
  });

  it.each(['main', 'feature/x-1', 'größe', 'release#2', 'v1.0'])('takes %j as a branch', (name) => {
    expect(checkBranch(name)).toBe(name);
  });

  it.each(['HEAD', 'HEAD~3', 'main^2~1', 'origin/main', 'v1.0', '0123abc'])(
    'takes %j as a revision',
    (name) => {
      expect(checkRevision(name)).toBe(name);
    },
  );

  it.each(['HEAD', 'abc123', '-'.repeat(40), 'G'.repeat(40), `${'a'.repeat(40)}\n`])(
    'refuses %j as an object name',
    (id) => {
      expect(() => checkObjectId(id)).toThrow(expect.objectContaining({ code: 'unsafe' }));
    },
  );

  it.each([
    '',
    '/etc/passwd',
    '../x',
    'a/../b',
    'a//b',
    './a',
    '.git/config',
    'a/.GIT/hooks',
    'a\0b',
    'a\\b',
  ])('refuses %j as a path', (path) => {
    expect(() => checkPath(path)).toThrow(expect.objectContaining({ code: 'unsafe' }));
  });

  it('takes a path that merely looks like a pathspec', () => {
    expect(checkPath(':(glob)-x/*.yaml')).toBe(':(glob)-x/*.yaml');
  });
});
