import { describe, expect, it } from 'vitest';
import { answerSignature } from '../../src/observe/signature.ts';
import { T0 } from '../builders/commit.ts';
import { aState } from '../builders/state.ts';
import { ADDRESS, INSTALL, NODE } from './a-desk.ts';
import { aReport, aReportDesk, KEY, OTHER_KEY, OURS, ours, signedWith } from './a-report-desk.ts';

describe('what is signed', () => {
  it('is taken with the key of the install, and journaled as verified', async () => {
    const { receive, journal } = aReportDesk(ours());
    expect(await receive(aReport({ record: OURS, boot: true }), ADDRESS, KEY)).toMatchObject({ ok: true });
    const [event] = journal.read({});
    expect(event).toMatchObject({ data: { verified: true } });
    expect(event?.message).toBe('booted from its disk: carries base, generation 1');
  });

  it('is answered with a signature that holds for this very report', async () => {
    const report = aReport({ record: OURS });
    const answer = await aReportDesk(ours()).receive(report, ADDRESS, KEY);
    const signature = answer.ok && answer.sign?.('text');
    expect(signature).toBe(answerSignature(signedWith(KEY, report), KEY, 'text'));
    const another = signedWith(KEY, { ...report, boot: true });
    expect(signature).not.toBe(answerSignature(another, KEY, 'text'));
  });

  it.each([
    ['not signed', null],
    ['signed with the key of another install', OTHER_KEY],
  ])('is refused when it is %s, and said so once', async (_what, key) => {
    const { receive, journal } = aReportDesk(ours());
    for (let i = 0; i < 3; i++) {
      const answer = await receive(aReport({ record: OURS, boot: true }), ADDRESS, key);
      expect(answer).toEqual({ ok: false, why: 'bad-signature' });
    }
    expect(journal.read({}).map(({ reason, data }) => [reason, 'what' in data && data.what])).toEqual([
      ['BootRefused', 'bad-signature'],
    ]);
    expect(journal.state('n1')?.reportedAt).toBe(T0);
  });

  it('a signature that is none is refused, whatever it looks like', async () => {
    const { desk } = aReportDesk(ours());
    const report = aReport({ record: OURS });
    const { body, signature } = signedWith(KEY, report);
    for (const wrong of ['', 'sha256=', signature?.slice(0, -1), signature?.toUpperCase(), `${signature}0`]) {
      const answer = await desk.report(report, ADDRESS, { body, signature: wrong ?? null });
      expect(answer).toMatchObject({ why: 'bad-signature' });
    }
  });

  it('promise 3: a system whose install this daemon does not know is adopted, and marked as not verified', async () => {
    const signs = { installId: INSTALL, key: 'of a key that was lost' };
    for (const state of [aState('n1'), ours({ signs, reportedAt: null })]) {
      const { receive, journal } = aReportDesk(state);
      const answer = await receive(aReport({ record: OURS, boot: true }), ADDRESS);
      expect(answer).toMatchObject({ ok: true, sign: null });
      const [event] = journal.read({});
      expect(event).toMatchObject({ data: { verified: false } });
      expect(event?.message).toContain('(not verified: the daemon has no key of this install)');
      expect(journal.state('n1')).toMatchObject({ known: true, record: OURS });
    }
  });
});

describe('the stacks', () => {
  const request = { mac: NODE.bootMac, installId: INSTALL, configDigest: 'config-base' };

  it('are handed to the install that has the key, for the configuration in force', async () => {
    const { desk } = aReportDesk(ours());
    const answer = await desk.stacks(request, ADDRESS, signedWith(KEY, request));
    expect(answer.ok && Buffer.from(answer.archive).toString()).toBe('the stacks of n1');
    expect(answer.ok && answer.sign('x')).toBe(answerSignature(signedWith(KEY, request), KEY, 'x'));
  });

  it.each([
    ['of an unknown machine', { ...request, mac: '52:54:00:ff:ff:ff' }, ADDRESS, KEY, 'unknown-mac'],
    ['from another address', request, '10.9.9.9', KEY, 'wrong-address'],
    ['without a signature', request, ADDRESS, null, 'bad-signature'],
    ['signed by another install', request, ADDRESS, OTHER_KEY, 'bad-signature'],
    ['of another install', { ...request, installId: '2'.repeat(32) }, ADDRESS, OTHER_KEY, 'bad-signature'],
    ['for what is not in force (any more)', { ...request, configDigest: 'old' }, ADDRESS, KEY, 'not-wanted'],
  ])('are refused to a request %s', async (_what, body, address, key, why) => {
    const { desk } = aReportDesk(ours());
    expect(await desk.stacks(body, address, signedWith(key, body))).toEqual({ ok: false, why });
  });

  it('are refused while a guard keeps the configuration, and before the system has reported', async () => {
    for (const { desk } of [aReportDesk(ours(), true), aReportDesk(ours({ record: null }))]) {
      const answer = await desk.stacks(request, ADDRESS, signedWith(KEY, request));
      expect(answer).toEqual({ ok: false, why: 'not-wanted' });
    }
  });
});
