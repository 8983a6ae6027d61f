import { describe, expect, it } from 'vitest';
import type { DesiredImage, Site } from '../../src/model/desired.ts';
import { type ImageKnowledge, newImageMemory, placeOf } from '../../src/model/images.ts';
import { formatMarkdown } from '../../src/plan/format-markdown.ts';
import { formatText } from '../../src/plan/format-text.ts';
import { askedOf } from '../../src/plan/image-names.ts';
import { judgeImages } from '../../src/plan/judge-images.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { sayBytes } from '../../src/plan/say-images.ts';
import { aCommit, T0 } from '../builders/commit.ts';
import { aMirror } from '../builders/image.ts';
import { aNode, aSite } from '../builders/node.ts';

const OWN = new Map([['karoo', { endpoint: 'https://karoo:5000', own: true }]]);
const [A, B] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];

function siteOf(images: DesiredImage[], change: Partial<Site> = {}): Site {
  return aSite([], {
    commit: aCommit('def'),
    registries: OWN,
    images: new Map(images.map((image) => [image.name, image])),
    ...change,
  } as Parameters<typeof aSite>[1]);
}

/** What was seen of one image's tags: wanted and present. */
function known(
  image: DesiredImage,
  tags: Record<string, [string | null, string | null | 'unknown']>,
): ImageKnowledge {
  const seen = Object.entries(tags).map(
    ([tag, [digest, present]]) =>
      [tag, { wanted: digest === null ? null : { digest, bytes: 45_000_000 }, present }] as const,
  );
  const observation = {
    asked: askedOf(image),
    tags: new Map(seen),
    ranges: new Map(),
    problem: null,
    code: null,
    at: T0,
  };
  return { observed: new Map([[image.name, observation]]), memory: newImageMemory() };
}

function plan(site: Site, knowledge: ImageKnowledge | null, previous: Site | null = null) {
  return judgeImages({ site, previous, knowledge, states: new Map(), causeOf: () => site.commit });
}

describe('the plan of images', () => {
  it('is empty where everything is as declared, and where the site has no registry', () => {
    const redis = aMirror('redis', ['7']);
    expect(plan(siteOf([redis]), known(redis, { 7: [A, A] }))).toEqual([]);
    expect(plan(siteOf([redis], { registries: new Map() }), known(redis, { 7: [A, null] }))).toEqual([]);
  });

  it('promise 9: does nothing where either side is not known', () => {
    const redis = aMirror('redis', ['7', '8']);
    expect(plan(siteOf([redis]), known(redis, { 7: [A, 'unknown'], 8: [null, B] }))).toEqual([]);
  });

  it('takes an observation of something else for none', () => {
    const [before, after] = [aMirror('redis', ['7']), aMirror('redis', ['7'], { from: 'quay.io/redis' })];
    const [action] = plan(siteOf([after]), known(before, { 7: [A, A] }));
    expect(action).toMatchObject({
      kind: 'copy',
      digest: null,
      bytes: null,
      change: 'copy redis:7 from quay.io/redis',
    });
  });

  it('promise 1: without a daemon, it is the difference of two commits', () => {
    const before = siteOf([aMirror('redis', ['6', '7'])], { commit: aCommit('abc') });
    const after = siteOf([aMirror('redis', ['7']), aMirror('app', [`1@${A}`]), aMirror('web', ['~8.0'])]);
    const { plan: made } = makePlan({
      ...{ site: after, previous: before, states: new Map(), now: T0, causeOf: () => after.commit },
    });
    expect(made.images.map(({ kind, change, digest }) => [kind, change, digest])).toEqual([
      ['copy', 'copy app:1 from docker.io/library/app', A],
      ['copy', 'copy web:~8.0 from docker.io/library/web', null],
      ['prune', 'remove redis:6: no longer declared', null],
    ]);
    const same = makePlan({
      site: before,
      previous: before,
      states: new Map(),
      now: T0,
      causeOf: () => before.commit,
    });
    expect(same.plan.images).toEqual([]);
  });

  it('keeps what a range once gave while upstream cannot be asked', () => {
    const redis = aMirror('redis', ['~7.2']);
    const knowledge = known(redis, {});
    const kept = {
      image: 'redis',
      registry: 'karoo:5000',
      repository: 'redis',
      digest: A,
      requiredBy: [],
      key: null,
    };
    knowledge.memory.kept.set(placeOf('karoo:5000', 'redis', '7.2.1'), { ...kept, tag: '7.2.1' });
    expect(plan(siteOf([redis]), knowledge)).toEqual([]);
    knowledge.observed.get('redis')?.ranges.set('~7.2', []);
    expect(plan(siteOf([redis]), knowledge).map(({ change }) => change)).toEqual([
      'remove redis:7.2.1: no longer declared',
    ]);
  });

  describe('holds tags for a person', () => {
    const kept = { image: 'old', registry: 'karoo:5000', repository: 'old', tag: '1', digest: B, key: null };
    const place = placeOf('karoo:5000', 'old', '1');

    function world(nodes: string[], requiredBy: string[], prunesAtOnce = 0) {
      const knowledge = { observed: new Map(), memory: newImageMemory() };
      knowledge.memory.kept.set(place, { ...kept, requiredBy });
      const site = aSite(
        nodes.map((name) => aNode(name)),
        { registries: OWN, policy: { ...aSite([]).policy, prunesAtOnce } },
      );
      const planned = (change: Partial<Site> = {}) => {
        const causeOf = () => site.commit;
        const input = { previous: null, states: new Map(), now: T0, causeOf, images: knowledge };
        return makePlan({ site: { ...site, ...change }, ...input }).plan;
      };
      const approve = (approval = '') => {
        knowledge.memory.approved.set(place, { digest: B, commit: site.commit.id, approval });
      };
      return { knowledge, planned, approve };
    }

    it('and its digest says which, and behind which guard', () => {
      const digests = [
        world([], []).planned(),
        world([], [], 1).planned(),
        world(['n1'], ['sip']).planned(),
        world(['n1', 'n2'], ['sip']).planned(),
      ].map(({ digest }) => digest);
      expect(new Set(digests).size).toBe(4);
    });

    it('who lets go what was shown, under the commit that was in force', () => {
      const { knowledge, planned, approve } = world([], []);
      const [held] = planned().images;
      expect(held?.hold?.guard).toBe('prunes-at-once');
      approve(held?.hold?.approval);
      expect(planned().images).toMatchObject([{ kind: 'prune', hold: null }]);
      expect(planned({ commit: aCommit('next') }).images[0]?.hold).toEqual(held?.hold);
      knowledge.memory.kept.set(place, { ...kept, digest: A, requiredBy: [] });
      expect(planned().images[0]?.hold).toEqual(held?.hold);
    });

    it('who is asked again when another node needs it', () => {
      const before = world(['n1'], ['sip']);
      const hold = before.planned().images[0]?.hold;
      expect(hold).toMatchObject({
        guard: 'required',
        why: 'n1 may still need it; it goes when none does, or when it is approved',
      });
      before.approve(hold?.approval);
      expect(before.planned().images[0]?.hold).toBeNull();
      const after = world(['n1', 'n2'], ['sip']);
      after.approve(hold?.approval);
      expect(after.planned().images[0]?.hold?.guard).toBe('required');
    });
  });

  it('is shown as text and as Markdown', () => {
    const redis = aMirror('redis', ['1', '2', '3', '4', '5', '6', '7']);
    const site = siteOf([redis], { policy: { ...aSite([]).policy, prunesAtOnce: 0 } });
    const tags = Object.fromEntries(
      redis.tags.map((wish) => ['tag' in wish ? wish.tag : '', [A, null] as [string, null]]),
    );
    const knowledge = known(redis, { ...tags, 7: [A, B] });
    const kept = { registry: 'karoo:5000', requiredBy: [], key: null };
    knowledge.memory.kept.set(placeOf('karoo:5000', 'redis', '7'), {
      ...{ ...kept, image: 'redis', repository: 'redis', tag: '7', digest: A },
    });
    knowledge.memory.kept.set(placeOf('karoo:5000', 'old', '1'), {
      ...{ ...kept, image: 'old', repository: 'old', tag: '1', digest: B },
    });
    const input = {
      site,
      previous: null,
      states: new Map(),
      now: T0,
      causeOf: () => site.commit,
      images: knowledge,
    };
    const { plan: made } = makePlan(input);
    expect(formatText(made, { now: T0 })).toBe(`\
images: 6 to copy (270 MB), 1 to tag; held: 1 to remove

Images
  redis  copy redis:1 from docker.io/library/redis (45 MB)
      copy redis:2 from docker.io/library/redis (45 MB)
      copy redis:3 from docker.io/library/redis (45 MB)
      copy redis:4 from docker.io/library/redis (45 MB)
      copy redis:5 from docker.io/library/redis (45 MB)
      … and 2 more
      inventory/images/redis.yaml:1
  old  remove old:1: no longer declared
      held: a tag is no longer declared and policy.prunesAtOnce is 0; raise it by a commit, or approve it
      release: barewright approve ${made.digest} (all that is held)

digest ${made.digest}  commit def0000000 by Thandi: Change def  (nothing observed)
`);
    expect(formatMarkdown(made, { now: T0 })).toContain(
      '**Images**\n\n- **redis**: copy redis:1 from docker.io/library/redis (45 MB)<br>copy redis:2 ',
    );
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [9_949, '9.9 kB'],
    [9_960, '10 kB'],
    [999_499, '999 kB'],
    [999_600, '1.0 MB'],
    [500_000_000, '500 MB'],
    [1_234_000_000_000, '1.2 TB'],
  ])('says %d bytes as %s', (bytes, text) => {
    expect(sayBytes(bytes)).toBe(text);
  });
});
