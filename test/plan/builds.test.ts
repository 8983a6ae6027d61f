import { describe, expect, it } from 'vitest';
import { buildOf } from '../../src/desired/contexts.ts';
import type { DesiredImage, Site } from '../../src/model/desired.ts';
import { type ImageKnowledge, newImageMemory, placeOf } from '../../src/model/images.ts';
import { askedOf } from '../../src/plan/image-names.ts';
import { judgeImages } from '../../src/plan/judge-images.ts';
import { imageAwaited } from '../../src/plan/view-images.ts';
import { T0 } from '../builders/commit.ts';
import { aMirror } from '../builders/image.ts';
import { aSite } from '../builders/node.ts';

const OWN = new Map([['karoo', { endpoint: 'https://karoo:5000', own: true }]]);
const [A, B] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];
const IDLE = { progress: null, building: null, problem: null };

function aBuilt(tree: string, tags = ['1', '2']): DesiredImage {
  const contexts = { tree: () => tree, hasFile: () => true, directories: () => [] };
  const build = buildOf({ context: 'images/app' }, contexts);
  return { ...aMirror('app', tags), mirror: null, build, requiredBy: ['sip'] };
}

function siteOf(image: DesiredImage, images: 'enforce' | 'report' = 'enforce'): Site {
  const policy = { ...aSite([]).policy, images };
  return aSite([], { images: new Map([[image.name, image]]), registries: OWN, policy });
}

/** What a look has found: the digest with the image's key, and what each tag is. */
function seen(
  image: DesiredImage,
  wanted: string | null,
  tags: Record<string, string | null>,
  kept: string | null = null,
): ImageKnowledge {
  const memory = newImageMemory();
  for (const tag of kept === null ? [] : Object.keys(tags)) {
    const about = { image: 'app', registry: 'karoo:5000', repository: 'app', tag, requiredBy: [] };
    const put = { ...about, digest: kept ?? '', key: image.build?.key ?? null };
    memory.kept.set(placeOf('karoo:5000', 'app', tag), put);
  }
  const found = Object.entries(tags).map(
    ([tag, present]) =>
      [tag, { wanted: wanted === null ? null : { digest: wanted, bytes: 0 }, present }] as const,
  );
  const observation = {
    ...{ asked: askedOf(image), tags: new Map(found), ranges: new Map(), problem: null, code: null, at: T0 },
  };
  return { observed: new Map([['app', observation]]), memory };
}

function plan(site: Site, knowledge: ImageKnowledge | null, previous: Site | null = null) {
  return judgeImages({ site, previous, knowledge, states: new Map(), causeOf: () => site.commit }).map(
    ({ kind, change }) => [kind, change],
  );
}

describe('the plan of an image that is built', () => {
  const image = aBuilt('1234567890abcdef');
  const build = ['build', 'build app:1, app:2 from images/app (tree 1234567890)'];

  it('is one build for all tags that lack it', () => {
    expect(plan(siteOf(image), seen(image, null, { 1: null, 2: B }))).toEqual([build]);
    expect(plan(siteOf(image), seen(image, A, { 1: A, 2: A }))).toEqual([]);
    expect(plan(siteOf(image), seen(image, A, { 1: A, 2: null }))).toEqual([
      ['retag', 'tag app:2, built already'],
    ]);
  });

  it('promise 9: is nothing while a tag is not known', () => {
    const knowledge = seen(image, null, { 1: 'unknown', 2: null });
    for (const found of knowledge.observed.values()) found.problem = 'away';
    expect(plan(siteOf(image), knowledge)).toEqual([]);
  });

  it('says what somebody moved or removed, and puts it right, or only says it', () => {
    const moved = seen(image, A, { 1: A, 2: B }, A);
    expect(plan(siteOf(image), moved)).toEqual([
      ['retag', 'app:2 was moved by somebody: aaaaaaaaaaaa → bbbbbbbbbbbb: put back'],
    ]);
    expect(plan(siteOf(image, 'report'), moved)).toEqual([
      ['drift', 'app:2 was moved by somebody: aaaaaaaaaaaa → bbbbbbbbbbbb (policy.images is report)'],
    ]);
    const gone = seen(image, null, { 1: null, 2: null }, A);
    expect(plan(siteOf(image), gone)).toEqual([['build', `app:1 was removed by somebody: ${build[1]}`]]);
    expect(plan(siteOf(image, 'report'), gone).map(([kind]) => kind)).toEqual(['drift', 'drift']);
  });

  it('promise 1: without a daemon, it is the difference of two commits', () => {
    const [before, after] = [siteOf(aBuilt('fedcba')), siteOf(image)];
    expect(plan(after, null, before)).toEqual([build]);
    expect(plan(after, null, after)).toEqual([]);
    expect(plan(siteOf(aBuilt('1234567890abcdef', ['1', '2', '3'])), null, after)).toEqual([
      ['retag', 'tag app:3, built already'],
    ]);
  });

  it('lets its nodes wait until all of its tags are what was built', () => {
    const waits = (knowledge: ImageKnowledge) =>
      imageAwaited(siteOf(image), { pool: 'sip' }, 'base', knowledge, () => IDLE);
    expect(waits(seen(image, A, { 1: A, 2: A }))).toBeNull();
    expect(waits(seen(image, null, { 1: B, 2: B }))).toBe(
      'the image app:1 is not in the registry karoo:5000 yet',
    );
    const busy = { ...IDLE, building: 'builds: STEP 2/5: RUN make' };
    expect(
      imageAwaited(siteOf(image), { pool: 'sip' }, 'base', seen(image, A, { 1: A, 2: null }), () => busy),
    ).toBe('the image app:2 is not in the registry karoo:5000 yet: builds: STEP 2/5: RUN make');
  });
});
