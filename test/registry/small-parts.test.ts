import { describe, expect, it } from 'vitest';
import { retryAfter } from '../../src/model/retry-after.ts';
import { answerError } from '../../src/registry/answer-error.ts';
import { readChallenge } from '../../src/registry/challenge.ts';
import { ahead, inChunks } from '../../src/registry/chunks.ts';
import { connectionError } from '../../src/registry/connection-error.ts';
import { PATIENCE, pauseAfter } from '../../src/registry/patience.ts';

describe('the parts of the client', () => {
  it.each([
    ['Basic realm="karoo"', { scheme: 'basic' }],
    [
      'Bearer realm="https://auth.example.org/token",service="registry, \\"the\\" one",scope="repository:a/b:pull"',
      {
        scheme: 'bearer',
        realm: 'https://auth.example.org/token',
        service: 'registry, "the" one',
        scope: 'repository:a/b:pull',
      },
    ],
    [
      'Basic realm="x", Bearer realm=https://a/t',
      { scheme: 'bearer', realm: 'https://a/t', service: null, scope: null },
    ],
    ['bearer service="a"', null],
    ['Negotiate', null],
    ['', null],
  ])('reads the challenge %s', (header, challenge) => {
    expect(readChallenge(header)).toEqual(challenge);
  });

  it.each([
    [401, '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}', 'unauthorized'],
    [403, '', 'forbidden'],
    [404, '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"unknown\\nmanifest"}]}', 'not-found'],
    [404, '{"errors":[{"code":"BLOB_UPLOAD_INVALID","message":""}]}', 'upload-lost'],
    [400, '{"errors":[{"code":"DIGEST_INVALID","message":"bad"}]}', 'digest'],
    [400, '<html>', 'refused'],
    [429, '{}', 'too-many-requests'],
    [
      500,
      '{"errors":[{"code":"UNKNOWN","message":"unknown error","detail":{"Op":"write","Err":28}}]}',
      'no-space',
    ],
    [
      500,
      '{"errors":[{"code":"UNKNOWN","message":"unknown error","detail":{"Op":"write","Err":5}}]}',
      'server',
    ],
    [507, '', 'no-space'],
    [302, '', 'protocol'],
  ])('takes %d %s for %s', (status, body, code) => {
    const error = answerError(status, body, 'PUT karoo/app');
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^PUT karoo\/app: \d{3}( [^\n]+)?$/);
  });

  it('tells a certificate from a connection', () => {
    const error = (code: string) => Object.assign(new Error('x'), { code });
    expect(connectionError(error('CERT_HAS_EXPIRED'), 'karoo').code).toBe('tls');
    expect(connectionError(error('ECONNRESET'), 'karoo').message).toBe(
      'karoo cannot be reached: the connection broke',
    );
    expect(connectionError(error('ENOSPC'), 'karoo').code).toBe('no-space');
    expect(connectionError(error('ECONNRESET'), 'karoo', AbortSignal.abort()).code).toBe('closed');
  });

  it('waits longer each time, as long as it is asked to, and not for ever', () => {
    expect([1, 2, 3, 4].map((tries) => pauseAfter(tries, null, PATIENCE, 0))).toEqual([250, 500, 1000, null]);
    expect(pauseAfter(1, 7_000, PATIENCE, 0.5)).toBe(7_000);
    expect(pauseAfter(1, 31_000, PATIENCE, 0.5)).toBeNull();
    expect(retryAfter('7', 0)).toBe(7_000);
    expect(retryAfter('Thu, 01 Jan 1970 00:01:00 GMT', 10_000)).toBe(50_000);
    expect([retryAfter(undefined, 0), retryAfter('soon', 0)]).toEqual([null, null]);
  });

  it('cuts a stream into pieces of one size', async () => {
    async function* stream() {
      for (const text of ['abc', '', 'defghij', 'k']) yield Buffer.from(text);
    }
    const pieces: string[] = [];
    for await (const piece of ahead(inChunks(stream(), 4))) pieces.push(`${piece}`);
    expect(pieces).toEqual(['abcd', 'efgh', 'ijk']);
  });

  it('tells a failure of the stream in its turn', async () => {
    async function* stream() {
      yield Buffer.from('abcd');
      throw new Error('cut off');
    }
    const pieces: string[] = [];
    await expect(async () => {
      for await (const piece of ahead(inChunks(stream(), 2))) pieces.push(`${piece}`);
    }).rejects.toThrow('cut off');
    expect(pieces).toEqual(['ab', 'cd']);
  });
});
