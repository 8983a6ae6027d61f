import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { leaksIn } from './canaries.ts';

const SECRET = 'cnry/"+ä7&x';
const secrets = new Map([['one', SECRET]]);

describe('the search for canaries', () => {
  it.each([
    ['plain', `password=${SECRET};`],
    ['JSON', JSON.stringify({ deep: [`x${SECRET}x`] })],
    ['JSON in JSON', JSON.stringify({ body: JSON.stringify({ x: `y${SECRET}y` }) })],
    ['URL', `?p=${encodeURIComponent(`a ${SECRET} b`)}`],
    ['form', new URLSearchParams({ p: `q${SECRET}` }).toString()],
    ['hex', Buffer.from(`..${SECRET}`).toString('hex')],
    ['HTML', `<b>${SECRET.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}</b>`],
    ['Base64 0', Buffer.from(`abc${SECRET}zz`).toString('base64')],
    ['Base64 1', Buffer.from(`user:${SECRET.slice(0)}`.slice(1)).toString('base64')],
    ['Base64 2', Buffer.from(`user:${SECRET}`).toString('base64')],
    ['Base64url 0', Buffer.from(`abc${SECRET}`).toString('base64url')],
  ])('finds one that is spelled as %s', (spelling, text) => {
    expect(leaksIn('here', text, secrets).map((leak) => leak.spelling)).toContain(spelling);
  });

  it('finds none where there is none, and does not see through what it does not know', () => {
    expect(leaksIn('here', 'cnry is no secret', secrets)).toEqual([]);
    expect(leaksIn('here', gzipSync(SECRET).toString('latin1'), secrets)).toEqual([]);
  });
});
