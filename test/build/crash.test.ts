import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Reason } from '../../src/model/event.ts';
import { readJournal } from '../builders/journal-file.ts';
import { GIT_ENV } from '../promises/repository.ts';
import { aBuildSite, DOCKERFILE } from './a-build-site.ts';

/** Long enough to be killed in, short enough to be waited for. */
const SLOW = DOCKERFILE.replace('ENTRYPOINT', 'RUN ["/bin/busybox", "sleep", "7"]\nENTRYPOINT');

describe.each(['docker', 'buildah'] as const)('promise 8: kill -9 while %s builds', (kind) => {
  it('leaves no tag, no process and no half image; the next daemon builds it once', async () => {
    const site = await aBuildSite({ kind, dockerfile: SLOW });
    await site.scene.daemon().close();
    const commit = await site.commit('an image');
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'daemon-child.ts'), JSON.stringify({ ...site.settings, env: {} })],
      { env: { ...process.env, ...GIT_ENV }, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    await site.sleeping(7, true);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(count(site.scene.dataDir, 'ImageBuilding')).toBe(1);
    await site.sleeping(7, false);
    expect(await site.registry.client().repository('app').tags()).toEqual([]);

    await site.scene.start();
    await site.settled(commit);
    expect(site.events('ImageBuilding')).toHaveLength(2);
    expect(site.events('ImageBuilt')).toHaveLength(1);
    expect((await site.registry.client().repository('app').tags()).sort()).toEqual(['1.0', 'latest']);
  });

  it('between the build and its tags, costs no second build', async () => {
    const site = await aBuildSite({ kind });
    const first = await site.settled(await site.commit('an image'));
    const digest = first.tags[0]?.present ?? '';
    await site.scene.daemon().close();
    // As a daemon finds it that was killed there: the image is in the registry, and the journal knows it.
    const app = site.registry.client().repository('app');
    const manifest = await app.manifest(digest);
    await app.removeManifest(digest);
    await app.putManifest(digest, manifest);
    await app.putManifest('barewright-build', manifest);
    await site.scene.start();
    await site.until(({ state, lookedAt }) => state === 'ok' && (lookedAt ?? 0) > (first.lookedAt ?? 0));
    expect(site.events('ImageBuilding')).toHaveLength(1);
    for (let tries = 0; tries < 500 && (await app.tags()).length > 2; tries++) await sleep(20);
    expect((await app.tags()).sort()).toEqual(['1.0', 'latest']);
    expect((await app.head('1.0'))?.digest).toBe(digest);
  });
});

function count(dataDir: string, reason: Reason): number {
  return readJournal(join(dataDir, 'journal.db'), (journal) => journal.read({ reasons: [reason] }).length);
}
