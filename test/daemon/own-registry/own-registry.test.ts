import { createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StatusView } from '../../../src/model/api.ts';
import type { Event, Reason } from '../../../src/model/event.ts';
import { createRegistry } from '../../../src/registry/client.ts';
import { aFreePort } from '../../builders/free-port.ts';
import { aTempDir } from '../../builders/temp-dir.ts';
import { cli } from '../../cli/a-context.ts';
import { aWitness } from '../../own-registry/a-witness.ts';
import { GIT_ENV } from '../../promises/repository.ts';
import { aScene, type Scene, type SceneOptions, untilTrue } from '../../promises/scene.ts';
import { aRegistry } from '../../registry/a-registry.ts';
import { anImage, push, pushIndex } from '../../registry/an-image.ts';
import { failure } from '../../registry/failure.ts';

const PLAIN = { tls: false, auth: 'none' } as const;
const IMPATIENT = { attempts: 2, firstPause: 50, longestPause: 200 };

/** A site whose daemon runs its registry, and keeps `app` there from an upstream. */
async function aRack(options: SceneOptions = {}) {
  const upstream = await aRegistry(PLAIN);
  const [port, tokenPort] = [await aFreePort(), await aFreePort()];
  const host = `127.0.0.1:${port}`;
  const registries = (serve = '') =>
    `{ karoo: { endpoint: "https://${host}", own: true, serve: { tokenPort: ${tokenPort}${serve} } }, up: { endpoint: "http://${upstream.host}" } }`;
  const images = (tags: string) => `apiVersion: barewright.dev/v1
kind: Image
metadata: { name: app }
spec: { mirror: { from: "${upstream.host}/app" }, tags: [${tags}] }
`;
  const first = await pushIndex(upstream.client().repository('app'), '1', {
    amd64: anImage(),
    arm64: anImage(),
  });
  await push(upstream.client().repository('app'), '2', anImage({ sizes: [400_000] }));
  const scene = await aScene({
    count: 2,
    ...options,
    site: options.site ?? { registries: registries(), images: images('"1", "2"') },
    settings: { images: { firstPause: 50 }, ...options.settings },
  });
  onTestFinished(scene.close);

  const events = (...reasons: Reason[]): Event[] => scene.journal().read({ reasons, limit: 500 });
  async function until(reason: Reason, count = 1): Promise<Event[]> {
    await untilTrue(
      () => events(reason).length >= count,
      () =>
        scene
          .journal()
          .read({ limit: 40 })
          .map(({ message }) => message)
          .join('\n'),
    );
    return events(reason);
  }

  return {
    ...{ scene, host, index: first.digest, registries, images, events, until },
    directory: join(scene.dataDir, 'registry'),
    /** As the node makes it, by another hand: from the key of its install. */
    login(name: string, rotation = 1) {
      const state = scene.journal().state(name);
      const key = readFileSync(join(scene.dataDir, 'token.key'));
      const hmac = (secret: Buffer | string, text: string) =>
        createHmac('sha256', secret).update(text).digest('hex');
      const reportKey = hmac(key, `report:${state?.record?.installId}`);
      return { username: name, password: hmac(reportKey, `registry ${host} ${rotation}`) };
    },
    client(login: { username: string; password: string }) {
      const ca = readFileSync(join(scene.dataDir, 'registry/trusted.crt'), 'utf8');
      const registry = createRegistry({ endpoint: `https://${host}`, ca, login, patience: IMPATIENT });
      onTestFinished(() => registry.close());
      return registry.repository('app');
    },
    verb: (...words: string[]) =>
      cli([...words, '--data', scene.dataDir, '--repo', scene.repository], {
        env: { ...process.env, ...GIT_ENV },
      }),
  };
}

async function statusOf(scene: Scene): Promise<StatusView> {
  return (await fetch(`${scene.daemon().url}/api/v1/status`)).json() as Promise<StatusView>;
}

describe('a daemon that runs the registry of its site', () => {
  it('keeps images there, and lets nodes that it installed pull them, until they may no more', async () => {
    const rack = await aRack();
    const { scene, host } = rack;
    await rack.until('ImagePut', 2);
    expect((await statusOf(scene)).registry).toMatchObject({
      state: 'ok',
      message: `${host} takes pulls and pushes`,
    });
    await scene.until(({ phase }) => phase === 'settled');
    const nodes = scene.text().nodes.map((node) => ({ ...node, generation: 2 }));
    await scene.commit({ nodes }, 'both anew');
    await scene.until(({ phase, record }) => phase === 'settled' && record?.generation === 2);

    const [one = '', two = ''] = scene.names;
    const image = `docker://${host}/app:1`;
    const witness = aWitness(host, rack.login(one), rack.directory);
    expect(await witness.digest(image)).toBe(rack.index);
    const dir = join(aTempDir(), 'pulled');
    await witness.copy(image, `oci:${dir}:1`);
    await expect(witness.copy(`oci:${dir}:1`, `docker://${host}/app:3`)).rejects.toThrow(
      /denied|unauthorized/i,
    );
    await expect(witness.remove(image)).rejects.toThrow(/unauthorized/i);

    const [first, second] = [rack.client(rack.login(one)), rack.client(rack.login(two))];
    for (const client of [first, second]) expect((await client.head('1'))?.digest).toBe(rack.index);
    await scene.commit({ registries: rack.registries(`, revoked: [${one}]`) }, 'one may not pull');
    const [revoked] = await rack.until('RegistryRevoked');
    expect(revoked?.message).toBe(`${one} may not pull from ${host} any more; tokens of before are void`);
    expect(await failure(first.head('1'))).toMatchObject([
      'unauthorized',
      expect.stringMatching(/no such account/),
    ]);
    expect((await second.head('1'))?.digest).toBe(rack.index);

    await scene.commit({ registries: rack.registries(', rotation: 2') }, 'other passwords');
    await rack.until('RegistryRevoked', 2);
    expect(await failure(second.head('1'))).toMatchObject(['unauthorized', expect.anything()]);
    expect((await rack.client(rack.login(two, 2)).head('1'))?.digest).toBe(rack.index);
    expect((await rack.client(rack.login(one, 2)).head('1'))?.digest).toBe(rack.index);
    const refusals = rack.events('RegistryRefused').map(({ message }) => message);
    expect(new Set(refusals)).toEqual(
      new Set([one, two].map((name) => `a wrong login at the registry: ${name} (from 127.0.0.1)`)),
    );

    await scene.commit({ nodes: nodes.slice(1) }, 'one is gone from Git');
    await rack.until('RegistryRevoked', 3);
    expect(await failure(rack.client(rack.login(one, 2)).head('1'))).toMatchObject([
      'unauthorized',
      expect.anything(),
    ]);
  });

  it('promise 10: says no password and no key anywhere', async () => {
    const rack = await aRack();
    await rack.until('ImagePut', 2);
    const secrets = [
      readFileSync(join(rack.directory, 'ca.key'), 'utf8').split('\n')[1] ?? '',
      /secret: (\S+)/.exec(readFileSync(join(rack.directory, 'config.yml'), 'utf8'))?.[1] ?? '',
      rack.login('n01').password,
    ];
    for (const secret of secrets) expect(secret.length).toBeGreaterThan(30);
    const pages = await Promise.all(
      ['status', 'plan', 'images', 'events?limit=1000', 'nodes'].map(async (path) =>
        (await fetch(`${rack.scene.daemon().url}/api/v1/${path}`)).text(),
      ),
    );
    const said = pages.join('\n') + (await rack.verb('registry', 'up', '--print')).stdout;
    for (const secret of secrets) expect(said).not.toContain(secret);
    expect(said).toContain('secret: (sensitive value)');
  });

  it('collects garbage by itself and by hand, and gives back what pruned images took', async () => {
    const rack = await aRack();
    const { scene, host } = rack;
    // What was never collected is due.
    const [done] = await rack.until('CollectionDone');
    expect(done?.data).toMatchObject({ registry: host });
    await rack.until('ImagePut', 2);
    await scene.commit({ images: rack.images('"1"') }, 'without 2');
    await rack.until('ImagePruned');
    const { code, stdout, stderr } = await rack.verb('images', 'gc');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [begun = '', over = ''] = stdout.split('\n');
    expect(begun).toBe(`garbage collection of ${host}: it takes no pushes until it is over`);
    // Of the image that was pruned: its manifest, its configuration, its layer; and what stood in for its tag.
    expect(over).toMatch(
      /^garbage collection of \S+: 1 pruned manifests and 5 blobs removed, 4\d\d kB free again$/,
    );
    const last = rack.events('CollectionDone').at(-1);
    expect(last).toMatchObject({ actor: expect.stringMatching(/./), data: { manifests: 1, blobs: 5 } });
    expect((await statusOf(scene)).registry.state).toBe('ok');
    const client = rack.client({ username: 'barewright.daemon', password: '' });
    expect((await failure(client.head('1')))[0]).toBe('unauthorized');
    expect((await rack.verb('images', 'verify')).stdout).toMatch(/^app:1 whole/);
  });

  it('promise 8: after a crash in the middle of a collection says so, and takes pushes', async () => {
    const rack = await aRack();
    const { scene, host } = rack;
    await rack.until('CollectionDone');
    await rack.until('ImagePut', 2);
    // As a daemon that was killed leaves its journal.
    const event = {
      node: null,
      commit: null,
      actor: 'daemon',
      message: 'begun',
      data: { registry: host },
    } as const;
    await scene.journal().append([{ ...event, reason: 'CollectionBegun' }]);
    await scene.daemon().close();
    await scene.start();
    const [failed] = await rack.until('CollectionFailed');
    expect(failed?.message).toBe(
      `garbage collection of ${host}: the daemon ended during it; pushes are taken again`,
    );
    await scene.commit({ images: rack.images('"1"') }, 'without 2');
    await rack.until('ImagePruned');
  });

  it('that cannot says why, and does once it can', async () => {
    const taken = await aRegistry(PLAIN);
    const rack = await aRack({
      site: {
        registries: `{ karoo: { endpoint: "https://${taken.host}", own: true, serve: {} } }`,
      },
    });
    const [problem] = await rack.until('RegistryProblem');
    expect(problem?.message).toMatch(/^the registry: .*(address already in use|EADDRINUSE)/);
    expect((await statusOf(rack.scene)).registry).toMatchObject({ state: 'problem' });
    expect((await cli(['status', '--data', rack.scene.dataDir])).stdout).toMatch(
      /^Registry {5}problem since .*(address already in use|EADDRINUSE)/m,
    );
    expect(await rack.verb('images', 'gc')).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/does not answer/),
    });
    await taken.stop();
    await rack.until('RegistryServed');
  });

  it('is not asked to collect what it does not run', async () => {
    const rack = await aRack({ site: { registries: '{}' } });
    expect(await rack.verb('images', 'gc')).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/the site has the daemon run no registry/),
    });
    expect(existsSync(rack.directory) ? readdirSync(rack.directory) : []).toEqual([]);
  });
});
