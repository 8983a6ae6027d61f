import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aMirror } from '../../builders/image.ts';
import { aNode } from '../../builders/node.ts';
import { aRegistry } from '../../registry/a-registry.ts';
import { anImage, push, pushIndex } from '../../registry/an-image.ts';
import { aSkopeo } from '../../registry/skopeo.ts';
import { aKeeper } from './a-keeper.ts';

const PLAIN = { tls: false, auth: 'none' } as const;

async function aWorld() {
  const [own, upstream] = [await aRegistry(), await aRegistry(PLAIN)];
  const keeper = await aKeeper(own, upstream);
  const [there, here] = [upstream.client(), own.client()];
  const from = (name: string) => `${upstream.host}/${name}`;
  return { own, upstream, keeper, there, here, from };
}

describe('images as declared', () => {
  it('are copied: by tag, by digest and by range; and the witness agrees', async () => {
    const { own, keeper, there, from } = await aWorld();
    const skopeo = aSkopeo();
    skopeo.know(own);
    const redis = there.repository('library/redis');
    const index = await pushIndex(redis, '7.2.5', { amd64: anImage(), arm64: anImage() });
    for (const tag of ['7.2.4', '7.2.3', '7.4.0', '7.2.9-alpine']) await push(redis, tag, anImage());
    const pinned = await push(redis, 'latest', anImage());
    await push(redis, 'latest', anImage());

    const views = await keeper.declare([
      aMirror('redis', ['~7.2', '7.2.5', `latest@${pinned.digest}`], {
        from: from('library/redis'),
        newest: 2,
      }),
      aMirror('small', ['7.2.5'], { from: from('library/redis'), platforms: ['linux/arm64'] }),
    ]);
    expect(views.map(({ name, state, message }) => [name, state, message])).toEqual([
      ['redis', 'ok', ''],
      ['small', 'ok', ''],
    ]);
    expect(views[0]?.tags.map(({ tag }) => tag).sort()).toEqual(['7.2.4', '7.2.5', 'latest']);
    expect(await skopeo.raw(`${own.host}/redis:7.2.5`)).toBe(`${index.bytes}`);
    expect(await skopeo.raw(`${own.host}/redis:latest`)).toBe(`${pinned.bytes}`);
    expect(JSON.parse(await skopeo.raw(`${own.host}/small:7.2.5`)).manifests).toHaveLength(1);

    const events = keeper.reasons();
    expect(events.filter((line) => line.startsWith('ImagePut'))).toHaveLength(4);
    expect(events.filter((line) => line.startsWith('ImageIntent'))).toHaveLength(4);
    await keeper.looked();
    expect(keeper.reasons()).toEqual(events);
  });

  it('are copied by skopeo from a registry that wants it', async () => {
    const [own, upstream] = [await aRegistry(), await aRegistry()];
    const keeper = await aKeeper(own, upstream, { transport: 'skopeo' });
    const index = await pushIndex(upstream.client().repository('app'), '1.0.0', {
      amd64: anImage(),
      arm64: anImage(),
    });
    const from = `${upstream.host}/app`;
    const [view] = await keeper.declare([aMirror('app', ['~1.0'], { from })]);
    expect(view).toMatchObject({ state: 'ok', tags: [{ tag: '1.0.0', present: index.digest }] });
    await upstream.stop();
    const [blind] = await keeper.declare([aMirror('app', ['~1.0'], { from })]);
    expect(blind?.message).toMatch(/^tags of .*\/app: skopeo says: .*connection refused$/);
    expect((await own.client().repository('app').head('1.0.0'))?.digest).toBe(index.digest);
  });

  it('promise 8: the intent stands before the tag, the result after it', async () => {
    const { keeper, there, from } = await aWorld();
    const { digest } = await push(there.repository('app'), '1', anImage({ sizes: [400] }));
    await keeper.declare([aMirror('app', ['1'], { from: from('app') })]);
    const id = digest.slice(7, 19);
    expect(keeper.reasons().map((line) => line.replace(/\d+ B/, 'N B'))).toEqual([
      'ImageIntent: copy app:1 from HOST/app (N B)',
      `ImagePut: app:1 is ${id}, from HOST/app (N B moved)`,
    ]);
  });

  it('a tag that moved at upstream is followed', async () => {
    const { keeper, there, here, from } = await aWorld();
    await push(there.repository('app'), '1', anImage());
    await keeper.declare([aMirror('app', ['1'], { from: from('app') })]);
    const next = await push(there.repository('app'), '1', anImage());
    await keeper.looked();
    expect((await here.repository('app').head('1'))?.digest).toBe(next.digest);
    expect(keeper.reasons().some((line) => line.startsWith('ImageDrift'))).toBe(false);
  });

  it('a tag that somebody moved or removed is found and put right', async () => {
    const { keeper, there, here, from } = await aWorld();
    const { digest } = await push(there.repository('app'), '1', anImage());
    await keeper.declare([aMirror('app', ['1'], { from: from('app') })]);
    const app = here.repository('app');
    await push(app, '1', anImage());
    await keeper.looked();
    expect((await app.head('1'))?.digest).toBe(digest);
    await app.removeManifest(digest);
    await keeper.looked();
    expect((await app.head('1'))?.digest).toBe(digest);
    const told = keeper.reasons().filter((line) => line.startsWith('ImageDrift'));
    expect(told).toEqual([
      expect.stringMatching(/^ImageDrift: app:1 was moved to [0-9a-f]{12} by somebody; barewright had put /),
      expect.stringMatching(/^ImageDrift: app:1 was removed by somebody; barewright had put /),
    ]);
  });

  it('under policy.images report, it is only told', async () => {
    const { keeper, there, here, from } = await aWorld();
    await push(there.repository('app'), '1', anImage());
    const declared = [aMirror('app', ['1'], { from: from('app') })];
    await keeper.declare(declared);
    const other = await push(here.repository('app'), '1', anImage());
    const [view] = await keeper.declare(declared, { images: 'report' });
    expect((await here.repository('app').head('1'))?.digest).toBe(other.digest);
    expect(view).toMatchObject({ state: 'due', actions: [{ kind: 'drift', effect: 'none' }] });
    expect(view?.message).toMatch(/^app:1 was moved by somebody: .* \(policy\.images is report\)$/);
  });

  it('what is no longer declared goes, and nothing but what barewright put there', async () => {
    const { keeper, there, here, from } = await aWorld();
    const image = anImage();
    for (const tag of ['1', '2', '3']) await push(there.repository('app'), tag, image);
    await keeper.declare([aMirror('app', ['1', '2', '3'], { from: from('app') })]);
    const app = here.repository('app');
    const theirs = await push(app, 'theirs', anImage());
    const moved = await push(app, '3', anImage());

    await keeper.declare([aMirror('app', ['1'], { from: from('app') })]);
    expect((await app.tags()).sort()).toEqual(['1', '3', 'theirs']);
    const digests = await Promise.all(['1', '3', 'theirs'].map(async (tag) => (await app.head(tag))?.digest));
    expect(digests).toEqual([image.manifest.digest, moved.digest, theirs.digest]);
    expect(keeper.reasons().filter((line) => line.startsWith('ImagePruned'))).toEqual([
      'ImagePruned: app:2 removed',
      expect.stringMatching(/^ImagePruned: app:3 is left as it is: somebody moved it to /),
    ]);
  });

  it('promise 5: many at once are held, and so is what nodes may still need', async () => {
    const { keeper, there, here, from } = await aWorld();
    const tags = ['1', '2', '3'];
    for (const tag of tags) await push(there.repository('app'), tag, anImage());
    await push(there.repository('needed'), '1', anImage());
    const needed = aMirror('needed', ['1'], { from: from('needed'), requiredBy: ['sip'] });
    const nodes = [aNode('n1').pool('sip')];
    await keeper.declare([aMirror('app', tags, { from: from('app') }), needed], {}, nodes);
    const last = aMirror('app', ['3'], { from: from('app') });
    await keeper.declare([last], { prunesAtOnce: 2 }, nodes);
    expect((await here.repository('app').tags()).sort()).toEqual(tags);

    expect(keeper.plan().images.map(({ tag, hold }) => [tag, hold?.guard])).toEqual([
      ['1', 'prunes-at-once'],
      ['2', 'prunes-at-once'],
      ['1', 'required'],
    ]);

    await keeper.declare([last], { prunesAtOnce: 3 }, nodes);
    expect(await here.repository('app').tags()).toEqual(['3']);
    expect(await here.repository('needed').tags()).toEqual(['1']);
  });

  it('promise 1: what is held goes when its plan is approved, and what came meanwhile does not', async () => {
    const { keeper, there, here, from } = await aWorld();
    const tags = ['1', '2', '3', '4'];
    for (const tag of tags) await push(there.repository('app'), tag, anImage());
    const declared = (...tags: string[]) => [aMirror('app', tags, { from: from('app') })];
    await keeper.declare(declared(...tags));
    await keeper.declare(declared('3', '4'), { prunesAtOnce: 1 });
    const shown = keeper.plan().digest;
    await keeper.declare(declared('4'), { prunesAtOnce: 1 });
    await expect(keeper.operations.approvePlan(shown, 'thandi', '')).rejects.toMatchObject({
      code: 'outdated',
    });
    expect((await here.repository('app').tags()).sort()).toEqual(tags);

    const { digest } = keeper.plan();
    const approved = await keeper.operations.approvePlan(digest, 'thandi', 'moved to 4');
    expect(approved).toEqual({ nodes: [], tags: ['app:1', 'app:2', 'app:3'] });
    await keeper.looked();
    expect(await here.repository('app').tags()).toEqual(['4']);
    const told = keeper.journal.read({ reasons: ['PlanApproved', 'ImagePruneApproved'] });
    expect(told.map(({ actor, message }) => [actor, message])).toEqual([
      ['thandi', `plan ${digest} approved by thandi: 3 tags: moved to 4`],
      ...['1', '2', '3'].map((tag) => ['thandi', `app:${tag} may go, says thandi: moved to 4`]),
    ]);
    expect(keeper.reasons().filter((line) => line.startsWith('ImagePruned'))).toHaveLength(3);
  });

  it('promise 9: while a registry cannot be asked nothing is done, and it is said', async () => {
    const { own, upstream, keeper, there, here, from } = await aWorld();
    const { digest } = await push(there.repository('app'), '1.0.0', anImage());
    const declared = [aMirror('app', ['~1.0'], { from: from('app'), requiredBy: ['sip'] })];
    const nodes = [aNode('n1').pool('sip')];
    await keeper.declare(declared, {}, nodes);
    await upstream.stop();
    const [blind] = await keeper.declare(declared, {}, nodes);
    expect(blind).toMatchObject({
      state: 'problem',
      message: `${upstream.host} cannot be reached: connection refused`,
    });
    expect((await here.repository('app').head('1.0.0'))?.digest).toBe(digest);
    expect(keeper.reasons().filter((line) => line.startsWith('ImagePruned'))).toEqual([]);

    await upstream.start();
    await own.stop();
    const [away] = await keeper.declare(declared, {}, nodes);
    expect(away).toMatchObject({ state: 'problem', tags: [{ present: 'unknown' }], actions: [] });
    expect(keeper.images.awaits({ pool: 'sip' }, 'base')).toBe(
      `the image app:1.0.0 is not in the registry ${own.host} yet: ${own.host} cannot be reached: connection refused`,
    );
    expect(keeper.images.awaits({ pool: 'hte' }, 'base')).toBeNull();
  });

  it('a password that cannot be read is named, and not shown', async () => {
    const { keeper, there, from } = await aWorld();
    await push(there.repository('app'), '1', anImage());
    writeFileSync(`${keeper.secretsDir}/karoo-password`, '');
    const [view] = await keeper.declare([aMirror('app', ['1'], { from: from('app') })]);
    expect(view).toMatchObject({
      state: 'problem',
      message: 'credential of registry karoo cannot be read: the file karoo-password is empty',
    });
    writeFileSync(`${keeper.secretsDir}/karoo-password`, 'wrong\n');
    await keeper.declare([aMirror('app', ['1'], { from: from('app') })]);
    const told = keeper.reasons().join('\n');
    expect(told).toContain('image app: HEAD HOST/app/manifests/1: 401');
    expect(told).not.toContain('wrong');
  });

  it('promise 8: a tag that was written before the journal heard of it is known again', async () => {
    const { own, keeper, there, here, from } = await aWorld();
    const image = anImage();
    await push(there.repository('app'), '1', image);
    await push(here.repository('app'), '1', image);
    const place = {
      image: 'app',
      registry: own.host,
      repository: 'app',
      tag: '1',
      digest: image.manifest.digest,
    };
    const about = { node: null, commit: null, actor: 'daemon', message: 'copy app:1' };
    await keeper.journal.append([{ ...about, reason: 'ImageIntent', data: { ...place, action: 'copy' } }]);
    await keeper.declare([aMirror('app', ['1'], { from: from('app') })]);
    expect(keeper.reasons().at(-1)).toContain('a copy before the daemon stopped');
  });
});
