import { buffer } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { aRegistry } from '../registry/a-registry.ts';
import { type AnImage, anImage, push, pushIndex } from '../registry/an-image.ts';
import { aStore } from './a-store.ts';

async function aPlace() {
  const registry = await aRegistry({ tls: false, auth: 'none' });
  const repository = registry.client().repository('images/debian');
  const store = await aStore();
  const url = (reference: string) => `oci://${registry.host}/images/debian${reference}`;
  return { registry, repository, store, url };
}

/** Without `sha256:`. */
function layerOf({ blobs }: AnImage): string {
  return [...blobs.keys()].at(-1)?.slice('sha256:'.length) ?? '';
}

it('an artifact of one layer is fetched by its tag, and by its digest', async () => {
  const { repository, store, url } = await aPlace();
  const [first, second] = [anImage({ sizes: [300_000] }), anImage({ sizes: [5_000] })];
  await push(repository, 'v1', first);
  const { digest } = await push(repository, 'v2', second);
  for (const [image, reference] of [
    [first, ':v1'],
    [second, `@${digest}`],
  ] as const) {
    const sha256 = layerOf(image);
    const stored = await store.ensure({ url: url(reference), sha256 });
    const content = await buffer(await stored.read({ start: 0, end: stored.size - 1 }));
    expect(content.equals(image.blobs.get(`sha256:${sha256}`) ?? Buffer.alloc(0))).toBe(true);
  }
});

it('whatever else is there is refused, and says why', async () => {
  const { registry, repository, store, url } = await aPlace();
  const image = anImage();
  await push(repository, 'one', image);
  const two = anImage({ sizes: [10, 20] });
  await push(repository, 'two', two);
  await pushIndex(repository, 'many', { amd64: anImage(), arm64: anImage() });
  const refusal = (reference: string, sha256 = layerOf(image)) =>
    store.ensure({ url: url(reference), sha256 }).catch((error: unknown) => error);
  expect(await refusal(':one', '0'.repeat(64))).toMatchObject({
    code: 'digest',
    message: `its layer is sha256:${layerOf(image)}, not sha256:${'0'.repeat(64)}`,
  });
  expect(await refusal(':two')).toMatchObject({
    code: 'format',
    message: 'it has 2 layers; a disk image has one',
  });
  expect(await refusal(':many')).toMatchObject({ code: 'format', message: expect.stringContaining('index') });
  expect(await refusal(':none')).toMatchObject({
    code: 'http',
    message: expect.stringContaining('images/debian/manifests/none'),
  });
  await registry.stop();
  expect(await refusal(':one')).toMatchObject({ code: 'unreachable' });
}, 60_000);
