import { describe, expect, it } from 'vitest';
import { AnswersError, readAnswers } from '../../src/lab/answers.ts';
import { BOOT_URL, preseed, REPORT_KEY } from './boot-server.ts';

describe('readAnswers', () => {
  it('takes the directives of its own from a preseed text', () => {
    expect(readAnswers(preseed('id-1'))).toEqual({
      record: {
        installId: 'id-1',
        profile: 'docker',
        generation: 2,
        installDigest: 'sha256:install',
        commit: '0123456789',
      },
      callbackUrl: `${BOOT_URL}/i/callback-token`,
      reportUrl: `${BOOT_URL}/report`,
      reportKey: REPORT_KEY,
      configDigest: 'sha256:config',
      stacks: ['base', 'docker'],
    });
  });

  it('allows no stacks at all', () => {
    expect(readAnswers(preseed('id-1', '')).stacks).toEqual([]);
  });

  it('names what is missing, a comment being nothing', () => {
    const text = preseed('id-1').replace('d-i barewright/commit', '#d-i barewright/commit');
    expect(() => readAnswers(text)).toThrow(new AnswersError('the answer file has no barewright/commit'));
  });

  it('loses the line after a trailing backslash, as debconf does', () => {
    const text = preseed('id-1').replace('string docker\n', 'string docker \\\n');
    expect(() => readAnswers(text)).toThrow('the answer file has no barewright/generation');
  });

  it('refuses a callback that is no URL', () => {
    const text = preseed('id-1').replace(`${BOOT_URL}/i/callback-token`, 'nowhere');
    expect(() => readAnswers(text)).toThrow('"nowhere" in the answer file is not a URL');
  });
});
