import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startImages } from '../../../src/daemon/images/images.ts';
import { createOperations } from '../../../src/daemon/operations.ts';
import { createSopsFiles } from '../../../src/daemon/sops-files.ts';
import { openMemoryJournal } from '../../../src/journal/memory.ts';
import type { ImageView } from '../../../src/model/api.ts';
import type { DesiredImage, Policy, Site } from '../../../src/model/desired.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { RegistrySpec } from '../../../src/model/registry-spec.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { nothingToBuild } from '../../builders/image.ts';
import { aNode, aSite } from '../../builders/node.ts';
import { aTempDir } from '../../builders/temp-dir.ts';
import { untilTrue } from '../../promises/scene.ts';
import { type ARegistry, IMPATIENT, LOGIN } from '../../registry/a-registry.ts';

/** Keeps images in one registry from another; both real. `looks` are asked for, none comes by itself. */
export async function aKeeper(own: ARegistry, upstream: ARegistry, more: Partial<RegistrySpec> = {}) {
  const dir = aTempDir();
  const secretsDir = join(dir, 'secrets');
  mkdirSync(secretsDir);
  const registries: [string, RegistrySpec][] = [];
  for (const [name, registry] of Object.entries({ karoo: own, upstream })) {
    writeFileSync(join(secretsDir, `${name}-password`), `${LOGIN.password}\n`);
    writeFileSync(join(secretsDir, `${name}.crt`), `${registry.access.ca ?? ''}`);
    const { endpoint, login, ca } = registry.access;
    const account = login && { username: login.username, password: { file: `${name}-password` } };
    const trust = ca === undefined ? {} : { ca: { file: `${name}.crt` } };
    const isOwn = name === 'karoo';
    registries.push([name, { endpoint, own: isOwn, ...trust, ...account, ...(isOwn ? {} : more) }]);
  }
  const journal = openMemoryJournal({ clock: Date.now });
  const woken: string[] = [];
  const failures: unknown[] = [];
  let startedAt = 0;
  let inForce: Site | null = null;
  const images = startImages({
    settings: {
      ...{ dataDir: join(dir, 'data'), secretsDir, env: {} },
      images: {
        firstPause: 60_000,
        registry: { patience: IMPATIENT },
        onRound(at) {
          startedAt = at;
        },
      },
    },
    sopsFiles: createSopsFiles({ env: {} }),
    journal,
    files: nothingToBuild,
    site: () => inForce,
    wake: (node) => void woken.push(node),
    onError: (error) => void failures.push(error),
    clock: Date.now,
  });
  onTestFinished(() => images.close());

  function siteOf(declared: DesiredImage[], policy: Partial<Policy> = {}, nodes = [aNode('n1')]): Site {
    const all = new Map(declared.map((image) => [image.name, image]));
    return aSite(nodes, {
      images: all,
      registries: new Map(registries),
      policy: { imageInterval: 1e9, ...policy },
    });
  }

  /** Resolves once a look that began after the call is over. */
  async function looked(): Promise<ImageView[]> {
    const before = Date.now();
    images.soon();
    await untilTrue(
      () => failures.length > 0 || startedAt >= before,
      () => JSON.stringify(images.views(), null, 1),
      30_000,
    );
    if (failures.length > 0) throw failures[0];
    return images.views();
  }

  const operations = createOperations({
    ...{ journal, site: () => inForce, plan, wake: () => {}, clock: Date.now },
    wakeImages: images.soon,
  });

  function plan(): Plan {
    const site = inForce ?? siteOf([]);
    const now = { previous: null, states: journal.states(), now: Date.now(), images: images.knowledge };
    return makePlan({ site, ...now, causeOf: () => site.commit }).plan;
  }

  return {
    plan,
    operations,
    dir,
    secretsDir,
    journal,
    images,
    woken,
    siteOf,
    looked,
    /** The look that a commit brings. */
    async declare(declared: DesiredImage[], policy: Partial<Policy> = {}, nodes = [aNode('n1')]) {
      inForce = siteOf(declared, policy, nodes);
      return looked();
    },
    reasons: () =>
      journal
        .read({})
        .map(({ reason, message }) => [reason, message.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')].join(': ')),
  };
}
