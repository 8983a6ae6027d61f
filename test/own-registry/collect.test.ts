import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/lab/random.ts';
import type { OwnRegistryError } from '../../src/own-registry/error.ts';
import { type Program, registryProgram } from '../../src/own-registry/program.ts';
import { type Copier, createCopier } from '../../src/registry/copy.ts';
import { digestOf } from '../../src/registry/digest.ts';
import { openLayout } from '../../src/registry/layout.ts';
import type { ImageStore } from '../../src/registry/store.ts';
import { removeTag } from '../../src/registry/untag.ts';
import { verifyImage } from '../../src/registry/verify.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { untilTrue } from '../promises/scene.ts';
import { anImage, push, pushIndex } from '../registry/an-image.ts';
import { aHost } from './a-host.ts';

const NEVER = new AbortController().signal;
/** 100 in the long form: `BAREWRIGHT_LONG=1`. */
const ROUNDS = process.env['BAREWRIGHT_LONG'] === '1' ? 100 : 8;
const LITTER = 300;
const PATIENCE = { attempts: 12, firstPause: 20, longestPause: 2_000, readOnly: 60_000 };

describe('a garbage collection', () => {
  it('on an empty registry has nothing to do', async () => {
    const registry = await aHost();
    expect(await registry.host().collect(NEVER)).toEqual({ blobs: 0, bytes: 0 });
    await registry.client().ping();
  });

  it('frees what no image uses, keeps indexes whole, and says how much that was', async () => {
    const registry = await aHost();
    const app = registry.client().repository('app');
    const index = await pushIndex(app, '1', { amd64: anImage(), arm64: anImage() });
    await push(app, '2', anImage({ sizes: [300_000] }));
    const gone = await app.head('2');
    await removeTag(app, '2');
    await app.removeManifest(gone?.digest ?? '');

    const { blobs, bytes } = await registry.host().collect(NEVER);
    // Two manifests, two configurations, a layer: the stand-in of the removed tag is among them.
    expect(blobs).toBe(5);
    expect(bytes).toBeGreaterThan(300_000);
    expect(bytes).toBeLessThan(310_000);
    const after = registry.client().repository('app');
    expect((await after.manifest('1')).bytes.equals(index.bytes)).toBe(true);
    expect((await verifyImage(after, '1', new Set())).problems).toEqual([]);
    expect(registry.problems).toEqual([]);
  });

  it('keeps pushes waiting, and does not fail them', async () => {
    const release = Promise.withResolvers<void>();
    const registry = await aHost({ program: withCollector(() => release.promise) });
    const collected = registry.host().collect(NEVER);
    const config = join(registry.directory, 'config.yml');
    await untilTrue(
      () => /readonly:\s*enabled: true/.test(readFileSync(config, 'utf8')),
      () => readFileSync(config, 'utf8'),
    );
    // It is restarted for it, and answers nobody until it is.
    const hasty = registry.client(undefined, { patience: { ...PATIENCE, readOnly: 0 } });
    await untilRefused(() => push(hasty.repository('other'), '1', anImage()));
    const client = registry.client(undefined, { patience: PATIENCE });
    const pushed = push(client.repository('app'), '1', anImage());
    release.resolve();
    await collected;
    const { digest } = await pushed;
    expect((await client.repository('app').head('1'))?.digest).toBe(digest);
  });

  it('that fails is told of, and pushes are taken again', async () => {
    const registry = await aHost({
      program: withCollector(async () => {
        throw new Error('the collector broke');
      }),
    });
    await expect(registry.host().collect(NEVER)).rejects.toThrow('the collector broke');
    await push(registry.client().repository('app'), '1', anImage());
  });

  it('that is given up is ended, and pushes are taken again', async () => {
    const stop = new AbortController();
    const registry = await aHost({
      program: { ...registryProgram(), collect: (_file, _onLine, signal) => aborted(signal) },
    });
    const collected = registry.host().collect(stop.signal);
    stop.abort();
    await expect(collected).rejects.toThrow('given up');
    await push(registry.client().repository('app'), '1', anImage());
  });

  it(`during pushes loses no image, in ${ROUNDS} seeded rounds`, async () => {
    const registry = await aHost();
    const source = await openLayout(join(aTempDir(), 'source'));
    const client = registry.client(undefined, { patience: PATIENCE });
    const random = createRandom('collect');
    const tags = new Map<string, { repository: string; digest: string }>();
    let removed = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const copier = createCopier();
      const images = await Promise.all(
        [1, 2, 3, 4].map((n) => anySource(source, `r${round}-${n}`, random.next())),
      );
      litter(registry.storage);
      const delay = random.between(0, 120);
      const collected = pause(delay).then(() => registry.host().collect(NEVER));
      const pushed = images.map(async ({ tag, digest }, n) => {
        await pause(random.between(0, 150));
        const repository = client.repository(`app${n % 2}`);
        const target = hesitant(repository, () => random.between(0, 300));
        await settle(copier, { source, target, reference: tag, tag: `t${round % 3}-${n}` });
        tags.set(`${target.place}:t${round % 3}-${n}`, { repository: repository.name, digest });
      });
      await Promise.all(pushed);
      removed += (await collected).blobs;
    }
    const seen = new Set<string>();
    for (const [place, { repository, digest }] of tags) {
      const tag = place.slice(place.lastIndexOf(':') + 1);
      const store = client.repository(repository);
      expect((await store.head(tag))?.digest, place).toBe(digest);
      expect((await verifyImage(store, tag, seen)).problems, place).toEqual([]);
    }
    expect(tags.size).toBe(12);
    expect(registry.problems).toEqual([]);
    expect(removed).toBeGreaterThanOrEqual(ROUNDS * LITTER);
  }, 1_800_000);
});

/** One image, or an index of two, whose layers take a while. */
async function anySource(source: ImageStore, tag: string, chance: number) {
  const image = () => anImage({ sizes: [Math.round(chance * 4e5) + 1000, 5_000, 7_000] });
  const { digest } =
    chance < 0.5
      ? await push(source, tag, image())
      : await pushIndex(source, tag, { amd64: image(), arm64: image() });
  return { tag, digest };
}

/** What pushes that were given up leave behind: so many that removing them takes a while. */
function litter(storage: string): void {
  for (let n = 0; n < LITTER; n++) {
    const bytes = randomBytes(10);
    const hex = digestOf(bytes).replace('sha256:', '');
    const folder = join(storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'data'), bytes);
  }
}

/** Comes late with manifests: what was pushed lies there meanwhile, and no image uses it. */
function hesitant(store: ImageStore, delay: () => number): ImageStore {
  return {
    ...store,
    async putManifest(reference, manifest) {
      await pause(delay());
      await store.putManifest(reference, manifest);
    },
  };
}

/** As the daemon does: what fails is looked at and tried again, a few times. */
async function settle(copier: Copier, options: Parameters<Copier['copy']>[0]): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await copier.copy(options);
      return;
    } catch (error) {
      if (tries === 3) throw error;
    }
  }
}

function withCollector(work: () => Promise<void>): Program {
  return { ...registryProgram(), collect: work };
}

function aborted(signal: AbortSignal): Promise<void> {
  const given = Promise.withResolvers<void>();
  const fail = () => given.reject(new Error('given up') as OwnRegistryError);
  if (signal.aborted) fail();
  signal.addEventListener('abort', fail);
  return given.promise;
}

async function untilRefused(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const code = await work().then(
      () => 'taken',
      (error: { code?: string }) => error.code,
    );
    if (code === 'read-only') return;
    await pause(20);
  }
  throw new Error('no push was refused');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
