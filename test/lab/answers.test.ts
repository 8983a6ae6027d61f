import { describe, expect, it } from 'vitest';
import { AnswersError, readAnswers } from '../../src/lab/answers.ts';
import { answersArchive, archiveOf, BOOT_URL, REPORT_KEY } from './boot-server.ts';

describe('readAnswers', () => {
  it('takes its lines out of an archive', () => {
    expect(readAnswers(answersArchive('id-1'))).toEqual({
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
    expect(readAnswers(answersArchive('id-1', '')).stacks).toEqual([]);
  });

  it('names what is missing, a comment being nothing', () => {
    const text = answersArchive('id-1').replace('BW_COMMIT=', '#W_COMMIT=');
    expect(() => readAnswers(text)).toThrow(new AnswersError('the answers have no BW_COMMIT'));
  });

  it('knows an archive without answers', () => {
    expect(() => readAnswers(archiveOf('').replace('barewright/answers', 'barewright/answerz'))).toThrow(
      'the archive holds no answers',
    );
  });

  it('refuses a callback that is no URL', () => {
    const text = answersArchive('id-1').replace(
      `${BOOT_URL}/i/callback-token`,
      'nowhere'.padEnd(BOOT_URL.length + 17),
    );
    expect(() => readAnswers(text)).toThrow('in the answers is not a URL');
  });
});
