import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { BuilderKind } from '../../src/build/choose.ts';
import type { ImageView } from '../../src/model/api.ts';
import type { Event, Reason } from '../../src/model/event.ts';
import { aDockerd } from '../builders/dockerd.ts';
import { aScene, type SceneOptions } from '../promises/scene.ts';
import { type ARegistry, aRegistry, IMPATIENT } from '../registry/a-registry.ts';

export const DOCKERFILE = `FROM scratch
ARG GREETING=hello
COPY busybox /bin/busybox
COPY . /data
RUN ["/bin/busybox", "sh", "-c", "/bin/busybox echo $GREETING > /greeting"]
ENTRYPOINT ["/bin/busybox"]
`;

export interface BuildSiteOptions {
  kind: BuilderKind | 'auto';
  registry?: ARegistry;
  /** Lines of the image's `spec`. */
  spec?: string;
  dockerfile?: string;
  site?: SceneOptions['site'];
  dockerHost?: string;
}

const SPEC = 'build: { context: images/app }\n  tags: ["1.0", latest]';

/** A daemon with a site whose image \`app\` is built by a real builder and pushed to a real registry. */
export async function aBuildSite({ kind, spec = SPEC, dockerfile = DOCKERFILE, ...given }: BuildSiteOptions) {
  const registry = given.registry ?? (await aRegistry());
  const dockerd = kind === 'docker' && given.dockerHost === undefined ? await aDockerd() : null;
  const dockerHost = given.dockerHost ?? dockerd?.host ?? 'unix:///nowhere';
  const { endpoint, login, ca } = registry.access;
  const account = login ? `, username: ${login.username}, password: { file: karoo }` : '';
  const trust = ca === undefined ? '' : ', ca: { file: karoo.crt }';
  const registries = `{ karoo: { endpoint: "${endpoint}", own: true${trust}${account} } }`;
  const scene = await aScene({
    count: 1,
    site: { registries, ...given.site },
    settings: {
      images: { firstPause: 20, registry: { patience: IMPATIENT }, builder: { kind, dockerHost } },
    },
  });
  onTestFinished(() => scene.close(), 60_000);
  // The site before has no images: the registry is asked for them only after the next commit.
  writeFileSync(join(scene.secretsDir, 'karoo'), `${login?.password}\n`);
  writeFileSync(join(scene.secretsDir, 'karoo.crt'), `${ca}`);
  const at = (path: string) => join(scene.repository, path);

  function declare(text: string): void {
    const head = 'apiVersion: barewright.dev/v1\nkind: Image\nmetadata: { name: app }\nspec:\n  ';
    scene.writeIn('inventory/images/app.yaml', `${head}${text}\n`);
  }

  mkdirSync(at('images/app/sub'), { recursive: true });
  copyFileSync('/bin/busybox', at('images/app/busybox'));
  chmodSync(at('images/app/busybox'), 0o755);
  scene.writeIn('images/app/Dockerfile', dockerfile);
  scene.writeIn('images/app/sub/file', 'one\n');
  declare(spec);

  async function view(): Promise<ImageView | null> {
    const answer = await fetch(`${scene.daemon().url}/api/v1/images`);
    // Nothing is in force yet.
    if (answer.status === 503) return null;
    const [image] = (await answer.json()) as ImageView[];
    return image ?? null;
  }

  function events<R extends Reason>(reason: R): Extract<Event, { reason: R }>[] {
    const all = scene.journal().read({ reasons: [reason], limit: 10_000 });
    return all.filter((event): event is Extract<Event, { reason: R }> => event.reason === reason);
  }

  return {
    settings: scene.daemonSettings(),
    ...{ scene, registry, dockerHost, dockerd, at, declare, events },
    commit: (message: string) => scene.commitAll(message),
    /** Whatever the wish is about, the image's view is shown when it does not come true. */
    async until(wish: (image: ImageView) => boolean, ms = 180_000): Promise<ImageView> {
      const deadline = Date.now() + ms;
      for (;;) {
        const image = await view();
        if (image && wish(image)) return image;
        if (Date.now() > deadline) {
          const told = scene.journal().read({ limit: 20 });
          throw new Error(
            `not reached: ${JSON.stringify([image, told.map(({ message }) => message)], null, 1)}`,
          );
        }
        await sleep(20);
      }
    },
    token: (): Record<string, string> => ({
      authorization: `Bearer ${JSON.parse(readFileSync(join(scene.dataDir, 'control.json'), 'utf8')).token}`,
    }),
    /** Until a step of a build that sleeps so long runs, or none does. */
    async sleeping(seconds: number, isWanted: boolean): Promise<void> {
      for (let tries = 0; tries < 3000; tries++) {
        if (runs(`/bin/busybox\0sleep\0${seconds}\0`) === isWanted) return;
        await sleep(20);
      }
      throw new Error(`no such step has ${isWanted ? 'begun' : 'ended'}`);
    },
    /** Once the commit is in force, and its image is as declared at a look that came later. */
    async settled(commit: string): Promise<ImageView> {
      const inForce = () => events('CommitAccepted').find(({ data }) => data.commit.id === commit)?.time;
      return this.until(
        ({ state, lookedAt }) => state === 'ok' && (lookedAt ?? 0) >= (inForce() ?? Infinity),
      );
    },
  };
}

function runs(commandLine: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(commandLine);
    } catch {
      return false;
    }
  });
}
