import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Headers, type HookKind, judgeCall, lacksProof } from '../../../src/serve/hooks/signatures.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const BODY = Buffer.from('{"ref":"refs/heads/main"}');

function judge(kind: HookKind, headers: Headers, secret = 's3cret', body: Uint8Array = BODY, now = NOW) {
  return judgeCall({ kind, headers, body }, secret, now);
}

const hex = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex');

describe('signatures of webhooks', () => {
  it('GitHub: the example of its documentation', () => {
    const secret = "It's a Secret to Everybody";
    const good = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const body = Buffer.from('Hello, World!');
    expect(judge('github', { 'x-hub-signature-256': good }, secret, body)).toMatchObject({ ok: true });
    const bad = good.replace(/7$/, '8');
    expect(judge('github', { 'x-hub-signature-256': bad }, secret, body)).toEqual({
      ok: false,
      why: 'forged',
    });
    expect(judge('github', { 'x-hub-signature-256': good }, secret, BODY)).toEqual({
      ok: false,
      why: 'forged',
    });
  });

  it('Bitbucket: the example of its documentation', () => {
    const secret = "It's a Secret to Everybody";
    const good = 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9';
    const body = Buffer.from('Hello World!');
    expect(judge('bitbucket', { 'x-hub-signature': good }, secret, body)).toMatchObject({ ok: true });
  });

  it('Standard Webhooks, as GitLab signs with a token: the example of the specification', () => {
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const body = Buffer.from('{"test": 2432232314}');
    const then = 1_614_265_330_000;
    expect(judge('gitlab', headers, secret, body, then + 299_000)).toMatchObject({ ok: true });
    expect(judge('gitlab', headers, secret, body, then + 301_000)).toEqual({ ok: false, why: 'stale' });
    expect(judge('gitlab', headers, secret, body, then - 301_000)).toEqual({ ok: false, why: 'stale' });
    const two = { ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` };
    expect(judge('gitlab', two, secret, body, then)).toMatchObject({ ok: true });
    const moved = { ...headers, 'webhook-timestamp': '1614265331' };
    expect(judge('gitlab', moved, secret, body, then)).toEqual({ ok: false, why: 'forged' });
    // A site that has a signing token is not content with less.
    expect(judge('gitlab', { 'x-gitlab-token': secret }, secret)).toEqual({ ok: false, why: 'unsigned' });
  });

  it.each<[string, HookKind, Headers]>([
    ['Gitea', 'gitea', { 'x-gitea-signature': hex('s3cret', BODY.toString()) }],
    ['Forgejo', 'gitea', { 'x-forgejo-signature': hex('s3cret', BODY.toString()) }],
    ['Bitbucket', 'bitbucket', { 'x-hub-signature': `sha256=${hex('s3cret', BODY.toString())}` }],
    ['GitLab', 'gitlab', { 'x-gitlab-token': 's3cret' }],
    [
      'anything',
      'generic',
      {
        'x-barewright-timestamp': String(NOW / 1000),
        'x-barewright-signature': `sha256=${hex('s3cret', `${NOW / 1000}.${BODY}`)}`,
      },
    ],
  ])('%s proves that it knows the secret', (_who, kind, headers) => {
    expect(judge(kind, headers)).toMatchObject({ ok: true });
    expect(judge(kind, headers, 'another')).toEqual({ ok: false, why: 'forged' });
    expect(judge(kind, {})).toEqual({ ok: false, why: 'unsigned' });
    expect(lacksProof({ kind, headers: {} }, 's3cret')).toBe(true);
    expect(lacksProof({ kind, headers }, 's3cret')).toBe(false);
    if (kind !== 'gitlab')
      expect(judge(kind, headers, 's3cret', Buffer.from('{}'))).toEqual({ ok: false, why: 'forged' });
  });

  it('a signature of one kind is none of another', () => {
    const digest = hex('s3cret', BODY.toString());
    expect(judge('gitea', { 'x-gitea-signature': `sha256=${digest}` })).toEqual({ ok: false, why: 'forged' });
    expect(judge('github', { 'x-hub-signature': `sha256=${digest}` })).toEqual({
      ok: false,
      why: 'unsigned',
    });
  });

  it('anything: a time that is none is too old', () => {
    const headers = {
      'x-barewright-timestamp': 'now',
      'x-barewright-signature': `sha256=${hex('s3cret', `now.${BODY}`)}`,
    };
    expect(judge('generic', headers)).toEqual({ ok: false, why: 'stale' });
  });

  it('the mark of a call is not up to the one who repeats it', () => {
    const headers = {
      'x-hub-signature-256': `sha256=${hex('s3cret', BODY.toString())}`,
      'x-github-delivery': 'a',
    };
    const mark = judge('github', headers);
    expect(judge('github', { ...headers, 'x-github-delivery': 'b' })).toEqual(mark);
    const other = Buffer.from('{"ref":"refs/heads/x"}');
    const second = { 'x-hub-signature-256': `sha256=${hex('s3cret', other.toString())}` };
    expect(judge('github', second, 's3cret', other)).not.toEqual(mark);
  });
});
