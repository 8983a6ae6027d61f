import { describe, expect, it, onTestFinished } from 'vitest';
import type { ImageView } from '../../../src/model/api.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { aScene, untilTrue } from '../../promises/scene.ts';
import { aProxy } from '../../registry/a-proxy.ts';
import { aRegistry } from '../../registry/a-registry.ts';
import { anImage, push } from '../../registry/an-image.ts';

const PLAIN = { tls: false, auth: 'none' } as const;

describe('a node whose profile needs an image', () => {
  it('is not installed before the image is in the registry, and says so', async () => {
    const [own, upstream] = [await aRegistry(PLAIN), await aRegistry(PLAIN)];
    const { digest } = await push(upstream.client().repository('app'), '1', anImage({ sizes: [100_000] }));
    let isOpen = false;
    const slow = await aProxy(upstream.access, {
      answer(request, response) {
        if (isOpen || !request.url?.includes('/blobs/')) return false;
        response.writeHead(503).end();
        return true;
      },
    });
    const { host: from } = new URL(slow.access.endpoint);
    const registries = `{ karoo: { endpoint: "${own.access.endpoint}", own: true }, up: { endpoint: "http://${from}" } }`;
    const scene = await aScene({
      count: 1,
      site: { registries },
      settings: {
        images: { firstPause: 50, registry: { patience: { attempts: 1, firstPause: 1, longestPause: 1 } } },
      },
    });
    onTestFinished(scene.close);
    await scene.until(({ phase }) => phase === 'settled');

    const before = scene.text();
    const images = `apiVersion: barewright.dev/v1
kind: Image
metadata: { name: app }
spec: { mirror: { from: "${from}/app" }, tags: ["1"], requiredBy: [main] }
`;
    const nodes = before.nodes.map((node) => ({ ...node, generation: 2 }));
    await scene.commit({ images, nodes }, 'the image, and the node anew');
    await scene.until(({ phase, waitingFor }) => phase === 'held' && /503/.test(waitingFor));
    const [name = ''] = scene.names;
    expect(
      scene
        .journal()
        .state(name)
        ?.waitingFor.replace(/sha256:[0-9a-f]{64}/, 'DIGEST'),
    ).toBe(
      `generation 1 → 2: the image app:1 is not in the registry ${own.host} yet: GET ${from}/app/blobs/DIGEST: 503`,
    );
    const plan = await get<Plan>(scene.daemon().url, '/plan');
    expect(plan.images).toMatchObject([{ image: 'app', kind: 'copy', tag: '1', digest, hold: null }]);
    expect(scene.wipes()).toEqual([]);

    isOpen = true;
    await scene.until(({ phase, record }) => phase === 'settled' && record?.generation === 2);
    expect((await own.client().repository('app').head('1'))?.digest).toBe(digest);
    const order = scene.journal().read({ reasons: ['ImagePut', 'AttemptStarted'] });
    // A machine that is short of time may need a second attempt.
    expect(order.map(({ reason }) => reason).slice(0, 2)).toEqual(['ImagePut', 'AttemptStarted']);
    const settled = scene.journal().read({ reasons: ['InstallSettled'] });
    const needed = settled.map(({ data }) => ('images' in data ? data.images : null));
    expect(needed).toEqual([[{ image: 'app', repository: 'app', tag: '1', digest }]]);
    await untilTrue(
      () => scene.wipes().length > 0,
      () => `${scene.wipes()}`,
    );
    const [view] = await get<ImageView[]>(scene.daemon().url, '/images');
    expect(view).toMatchObject({ name: 'app', state: 'ok', requiredBy: ['main'] });
    expect((await get<Plan>(scene.daemon().url, '/plan')).images).toEqual([]);
  });
});

async function get<T>(url: string, path: string): Promise<T> {
  return (await fetch(`${url}/api/v1${path}`)).json() as Promise<T>;
}
