import { describe, expect, it } from 'vitest';
import { parseLocation } from '../../src/git/location.ts';

describe('a location', () => {
  it.each([
    ['https://git.example.org/site.git', 'https', 'https://git.example.org'],
    ['https://ada@git.example.org:8443/site', 'https', 'https://git.example.org:8443'],
    ['ssh://git@git.example.org:2222/site.git', 'ssh', 'ssh://git.example.org:2222'],
    ['git@git.example.org:ops/site.git', 'ssh', 'ssh://git.example.org'],
    ['git://127.0.0.1:9418/site', 'git', 'git://127.0.0.1:9418'],
  ])('%s is remote', (url, scheme, origin) => {
    expect(parseLocation(url)).toEqual({ kind: 'remote', url, scheme, origin });
  });

  it.each(['/srv/site', '/srv/with:colon', '/srv/with space'])('%s is local', (path) => {
    expect(parseLocation(path)).toEqual({ kind: 'local', path });
  });

  it.each([
    '',
    '--upload-pack=x',
    'ext::sh -c x',
    'fd::17',
    'ftp://host/x',
    'ssh://-oProxyCommand=x/y',
    'a\nb',
    '-x:y',
  ])('refuses %j', (text) => {
    expect(() => parseLocation(text)).toThrow(expect.objectContaining({ code: 'unsafe' }));
  });

  it('promise 10: refuses a password in a URL, and does not repeat it', () => {
    expect(() => parseLocation('https://ada:hunter2@git.example.org/site')).toThrow(/token file/);
    expect(() => parseLocation('https://ada:hunter2@git.example.org/site')).not.toThrow(/hunter2/);
    expect(() => parseLocation('ftp://ada:hunter2@git.example.org/site')).not.toThrow(/hunter2/);
  });
});
