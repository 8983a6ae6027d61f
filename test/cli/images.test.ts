import { describe, expect, it } from 'vitest';
import type { ImageView } from '../../src/model/api.ts';
import { anEvent } from '../builders/event.ts';
import { T0 } from '../builders/node.ts';
import { ask } from './ask.ts';

const [A, B] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];

const redis: ImageView = {
  name: 'redis',
  from: 'docker.io/library/redis',
  repository: 'karoo:5000/redis',
  state: 'due',
  message: 'copy redis:7.4 from docker.io/library/redis (45 MB)',
  tags: [
    { tag: '7.2', wanted: A, present: A, provenance: null },
    { tag: '7.4', wanted: B, present: null, provenance: null },
    { tag: '8', wanted: null, present: 'unknown', provenance: null },
  ],
  requiredBy: ['sip'],
  source: 'inventory/images/redis.yaml:2',
  lookedAt: T0,
  progress: null,
  actions: [],
};
const off: ImageView = {
  ...redis,
  name: 'app',
  state: 'off',
  message: 'no registry',
  tags: [],
  lookedAt: null,
};

describe('images on the command line', () => {
  it('are listed', async () => {
    const { stdout, code } = await ask({ 'GET /images': [redis, off] }, ['get', 'images']);
    expect(code).toBe(0);
    expect(stdout).toBe(`\
NAME    FROM                      REPOSITORY         TAGS     STATE   MESSAGE
app     docker.io/library/redis   karoo:5000/redis   -        off     no registry
redis   docker.io/library/redis   karoo:5000/redis   1 of 3   due     copy redis:7.4 from docker.io/library/redis (45 MB)
`);
  });

  it('tell their story', async () => {
    const place = { image: 'redis', registry: 'karoo:5000', repository: 'redis', tag: '7.2', digest: A };
    const data = { ...place, previous: null, from: 'docker.io/library/redis', bytes: 5, requiredBy: [] };
    const at = { id: 1, time: T0, phase: null, attempt: null };
    const put = { ...anEvent(null, 'ImagePut', data, { message: 'redis:7.2 is there' }), ...at };
    const other = { ...anEvent(null, 'ImagePut', { ...data, image: 'x' }, { message: 'not this' }), ...at };
    const answers = { 'GET /images': [redis], 'GET /events': [put, other] };
    const { stdout } = await ask(answers, ['describe', 'image', 'redis']);
    expect((await ask(answers, ['images', 'describe', 'redis'])).stdout).toBe(stdout);
    expect(await ask(answers, ['images', 'history'])).toMatchObject({ code: 2 });
    expect((await ask(answers, ['images', 'history', 'redis'])).stdout).toBe(
      (await ask(answers, ['history', 'image', 'redis'])).stdout,
    );
    expect(stdout).toContain(`\
redis is due: copy redis:7.4 from docker.io/library/redis (45 MB)

From       docker.io/library/redis
Kept as    karoo:5000/redis
Needed by  sip
Declared   inventory/images/redis.yaml:2
Looked at  14:00:00 `);
    expect(stdout).toContain(`
TAG   WANTED         PRESENT
7.2   aaaaaaaaaaaa   aaaaaaaaaaaa
7.4   bbbbbbbbbbbb   missing
8     unknown        unknown
`);
    expect(stdout).toContain('14:00:00  redis:7.2 is there');
    expect(stdout).not.toContain('not this');
  });
});
