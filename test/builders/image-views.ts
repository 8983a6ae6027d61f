/** Images as the API shows them, one of each state that a page tells apart. */

import type { ImageView } from '../../src/model/api.ts';
import { T0 } from './commit.ts';

const OTHER = `sha256:${'a1'.repeat(32)}`;
const WANTED = `sha256:${'b2'.repeat(32)}`;

/** `redis`, as Git wants it. */
export function anImageView(name: string, change: Partial<ImageView> = {}): ImageView {
  return {
    name,
    from: `docker.io/library/${name}`,
    repository: `10.77.0.1:5000/${name}`,
    state: 'ok',
    message: '',
    tags: [{ tag: '7.2', wanted: WANTED, present: WANTED, provenance: null }],
    requiredBy: ['profile docker'],
    source: `inventory/images/${name}.yaml:1`,
    lookedAt: T0 - 60_000,
    progress: null,
    actions: [],
    ...change,
  };
}

export function someImages(): ImageView[] {
  const provenance = {
    ...{
      key: 'k',
      tree: 't',
      commit: 'c0ffee1'.padEnd(40, '0'),
      author: 'Lerato',
      builder: 'Docker Engine 20.10.24',
    },
    ...{ time: '2026-06-01T09:00:00Z', base: 'docker.io/library/debian:trixie', baseDigest: OTHER },
  };
  const built = [{ tag: 'latest', wanted: WANTED, present: WANTED, provenance }];
  return [
    anImageView('redis'),
    anImageView('proxy', { from: 'images/proxy', tags: built }),
    anImageView('postgres', {
      ...{ state: 'problem', message: 'docker.io does not answer: connect ETIMEDOUT 10.0.0.9:443' },
      tags: [{ tag: '16', wanted: WANTED, present: OTHER, provenance: null }],
    }),
    anImageView('grafana', {
      ...{ state: 'copying', message: '45 MB of 120 MB copied' },
      ...{
        progress: { bytes: 45e6, of: 120e6 },
        tags: [{ tag: '11', wanted: WANTED, present: null, provenance: null }],
      },
    }),
  ];
}
