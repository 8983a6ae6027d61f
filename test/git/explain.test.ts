import { describe, expect, it } from 'vitest';
import { explain } from '../../src/git/explain.ts';

const REFUSALS = [
  ['unsafe', "fatal: detected dubious ownership in repository at '/srv/site'"],
  ['host-key', 'Host key verification failed.\nfatal: Could not read from remote repository.'],
  ['auth', 'git@example.org: Permission denied (publickey).\nfatal: Could not read from remote repository.'],
  ['auth', "fatal: could not read Username for 'https://x': terminal prompts disabled"],
  ['auth', "fatal: Authentication failed for 'https://x/'"],
  ['no-branch', "fatal: couldn't find remote ref refs/heads/main"],
  ['missing-object', 'fatal: remote error: upload-pack: not our ref 0123'],
  ['missing-object', 'fatal: Invalid revision range 0123..4567'],
  ['not-a-repository', "fatal: repository 'https://x/y/' not found"],
  ['not-a-repository', 'ERROR: Repository not found.\nfatal: Could not read from remote repository.'],
  ['unreachable', "fatal: unable to access 'https://x/': Could not resolve host: x"],
  [
    'unreachable',
    'ssh: connect to host x port 22: Connection refused\nfatal: Could not read from remote repository.',
  ],
  ['failed', 'fatal: something new'],
] as const;

describe('what git says, explained', () => {
  it.each(REFUSALS)('%s: %j', (code, stderr) => {
    expect(explain(stderr, '/srv/site')).toMatchObject({ code, detail: stderr });
  });

  it('tells how to allow a repository of another user', () => {
    expect(explain(REFUSALS[0][1], '/srv/site').message).toContain("safe.directory '/srv/site'");
  });

  it('promise 10: leaves credentials out', () => {
    const error = explain("fatal: weird 'https://ada:hunter2@x/y'", 'x');
    expect(error.detail).toBe("fatal: weird 'https://x/y'");
    expect(error.message).not.toContain('hunter2');
  });
});
