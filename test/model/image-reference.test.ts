import { describe, expect, it } from 'vitest';
import { endpointOf, parseReference } from '../../src/model/image-reference.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

describe('names of images', () => {
  it.each([
    ['redis', 'docker.io', 'library/redis', null, null],
    ['redis:7.2', 'docker.io', 'library/redis', '7.2', null],
    ['grafana/loki', 'docker.io', 'grafana/loki', null, null],
    ['docker.io/redis', 'docker.io', 'library/redis', null, null],
    ['index.docker.io/library/redis', 'docker.io', 'library/redis', null, null],
    ['quay.io/ceph/ceph:v18', 'quay.io', 'ceph/ceph', 'v18', null],
    ['localhost/app', 'localhost', 'app', null, null],
    ['karoo:5000/a/b/c', 'karoo:5000', 'a/b/c', null, null],
    [`karoo:5000/a:1@${DIGEST}`, 'karoo:5000', 'a', '1', DIGEST],
    ['[fd77::1]:5000/a', '[fd77::1]:5000', 'a', null, null],
    ['a__b/c-d.e', 'docker.io', 'a__b/c-d.e', null, null],
  ])('%s', (text, registry, repository, tag, digest) => {
    expect(parseReference(text)).toEqual({ registry, repository, tag, digest });
  });

  it.each([
    ...[
      '',
      'Redis',
      'redis:',
      'redis:a b',
      'a//b',
      '/a',
      'a/',
      '-a',
      'a..b/c',
      'a@sha256:12',
      `a@${DIGEST}@${DIGEST}`,
    ],
    ...['karoo:5000/', 'https://karoo/a', 'karoo:123456/a', 'a/../b'],
  ])('%j is none', (text) => {
    expect(parseReference(text)).toBeNull();
  });

  it('knows where the Docker Hub is spoken to', () => {
    expect(endpointOf('docker.io')).toBe('https://registry-1.docker.io');
    expect(endpointOf('quay.io')).toBe('https://quay.io');
  });
});
