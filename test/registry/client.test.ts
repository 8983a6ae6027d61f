import { describe, expect, it, onTestFinished } from 'vitest';
import { createRegistry } from '../../src/registry/client.ts';
import { createCopier } from '../../src/registry/copy.ts';
import { openLayout } from '../../src/registry/layout.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aCertificate } from './a-certificate.ts';
import { aProxy } from './a-proxy.ts';
import { aRegistry, LOGIN } from './a-registry.ts';
import { aTokenServer } from './a-token-server.ts';
import { anImage, push, pushIndex } from './an-image.ts';
import { aSkopeo } from './skopeo.ts';

describe('the registry client, with skopeo as the witness', () => {
  it('pushes an image that skopeo pulls with the same digest', async () => {
    const server = await aRegistry();
    const skopeo = aSkopeo();
    skopeo.know(server);
    const image = anImage({ sizes: [10, 70_000, 0] });
    await push(server.client().repository('team/app'), '1.0', image);

    const folder = aTempDir();
    await skopeo.copy(`docker://${server.host}/team/app:1.0`, `oci:${folder}:1.0`);
    const layout = await openLayout(folder);
    expect((await layout.head('1.0'))?.digest).toBe(image.manifest.digest);
    for (const digest of image.blobs.keys()) expect(await layout.hasBlob(digest)).toBe(true);
  });

  it('copies an index bit for bit, from what skopeo pushed', async () => {
    const [upstream, own] = [await aRegistry(), await aRegistry({ tls: false, auth: 'none' })];
    const skopeo = aSkopeo();
    skopeo.know(upstream);
    const folder = aTempDir();
    const images = { amd64: anImage({ sizes: [3000] }), arm64: anImage({ architecture: 'arm64' }) };
    const index = await pushIndex(await openLayout(folder), '7.2', images);
    await skopeo.copy(`oci:${folder}:7.2`, `docker://${upstream.host}/library/redis:7.2`);

    const source = upstream.client().repository('library/redis');
    const target = own.client().repository('redis');
    const copied = await createCopier().copy({ source, target, reference: '7.2', tag: '7.2' });

    expect(copied.digest).toBe(index.digest);
    const [theirs, ours] = [await source.manifest('7.2'), await target.manifest('7.2')];
    expect(ours.bytes.equals(index.bytes)).toBe(true);
    expect(theirs.bytes.equals(ours.bytes)).toBe(true);
    expect(ours.mediaType).toBe(index.mediaType);
    for (const { manifest } of Object.values(images)) {
      expect((await target.manifest(manifest.digest)).bytes.equals(manifest.bytes)).toBe(true);
    }
    expect(await target.tags()).toEqual(['7.2']);
  });

  it('shows a token for what it wants to do, and takes over a blob from another repository unmoved', async () => {
    const certificate = aCertificate(aTempDir());
    const tokens = await aTokenServer(certificate, LOGIN, () => true);
    const server = await aRegistry({ certificate, authSection: tokens.section });
    const registry = server.client();
    const image = anImage({ sizes: [5000, 200] });
    const [source, target] = [registry.repository('a/one'), registry.repository('b/two')];
    await push(source, '1', image);
    const copied = await createCopier().copy({ source, target, reference: '1', tag: 'same' });
    expect(copied).toEqual({ digest: image.manifest.digest, bytes: 0 });
    expect(await target.tags()).toEqual(['same']);
    expect([...new Set(tokens.asked)]).toEqual([
      'repository:a/one:pull,push',
      'repository:a/one:pull',
      'repository:b/two:pull',
      'repository:b/two:pull,push repository:a/one:pull',
      'repository:b/two:pull,push',
    ]);
  });

  it('an account that may only pull is told so', async () => {
    const certificate = aCertificate(aTempDir());
    const tokens = await aTokenServer(certificate, LOGIN, (action) => action === 'pull');
    const server = await aRegistry({ certificate, authSection: tokens.section });
    const push1 = push(server.client().repository('app'), '1', anImage());
    // A registry answers 401 for a token that is good but not enough.
    await expect(push1).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('removes an image by digest, with all its tags', async () => {
    const repository = (await aRegistry()).client().repository('app');
    const { digest } = await push(repository, '1', anImage());
    await repository.putManifest('2', await repository.manifest('1'));
    expect(await repository.removeManifest(digest)).toBe(true);
    expect(await repository.removeManifest(digest)).toBe(false);
    expect(await repository.head('2')).toBeNull();
  });

  it('goes through a list of several pages', async () => {
    const server = await aRegistry({ tls: false, auth: 'none' });
    const registry = server.client();
    const image = anImage();
    for (const name of ['a', 'b', 'c']) await push(registry.repository(name), '1', image);
    const proxy = await aProxy(server.access, {
      answer(request) {
        // The registry is made to give one name a page.
        request.url = request.url?.replace('n=1000', 'n=1') ?? '';
        return false;
      },
    });
    const paged = createRegistry(proxy.access);
    onTestFinished(() => paged.close());
    expect(await paged.repositories()).toEqual(['a', 'b', 'c']);
    expect(proxy.seen.length).toBeGreaterThan(2);
    expect(await paged.repository('none').tags()).toEqual([]);
  });

  it('keeps only the platforms asked for, under the same digest each time', async () => {
    const registry = (await aRegistry()).client();
    const [source, target] = [registry.repository('all'), registry.repository('some')];
    const images = { amd64: anImage(), arm64: anImage({ architecture: 'arm64' }), s390x: anImage() };
    const index = await pushIndex(source, '1', images);
    const wanted = { source, target, reference: '1', tag: '1', platforms: ['linux/amd64', 'linux/arm64'] };
    const { digest } = await createCopier().copy(wanted);
    expect(digest).not.toBe(index.digest);
    const kept = JSON.parse(`${(await target.manifest('1')).bytes}`);
    expect(kept.manifests.map((child: { digest: string }) => child.digest)).toEqual([
      images.amd64.manifest.digest,
      images.arm64.manifest.digest,
    ]);
    expect(kept.annotations).toEqual({ 'org.example.note': 'kept' });
    expect(await target.head(images.s390x.manifest.digest)).toBeNull();
    expect(await createCopier().copy(wanted)).toEqual({ digest, bytes: 0 });

    const missing = createCopier().copy({ ...wanted, platforms: ['linux/riscv64'] });
    await expect(missing).rejects.toMatchObject({
      code: 'not-found',
      message: `${source.place}:1 has no image for linux/riscv64`,
      hint: 'It has linux/amd64, linux/arm64, linux/s390x.',
    });
  });

  it('writes an image layout that skopeo reads, and reads it back', async () => {
    const server = await aRegistry({ tls: false, auth: 'none' });
    const registry = server.client();
    const index = await pushIndex(registry.repository('app'), '1', { amd64: anImage(), arm64: anImage() });
    const folder = aTempDir();
    const layout = await openLayout(folder);
    await createCopier().copy({
      source: registry.repository('app'),
      target: layout,
      reference: '1',
      tag: 'one',
    });
    expect(await layout.tags()).toEqual(['one']);

    const elsewhere = aTempDir();
    await aSkopeo().copy(`oci:${folder}:one`, `oci:${elsewhere}:two`);
    const source = await openLayout(elsewhere);
    const target = registry.repository('back');
    const copied = await createCopier().copy({ source, target, reference: 'two', tag: '1' });
    expect(copied.digest).toBe(index.digest);
    expect((await target.manifest('1')).bytes.equals(index.bytes)).toBe(true);
  });
});
