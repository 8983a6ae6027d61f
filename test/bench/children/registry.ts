/** One look of the daemon's image keeper at a site's images, and all that follows; what it cost is this process's own account. */

import { startImages } from '../../../src/daemon/images/images.ts';
import { openMemoryJournal } from '../../../src/journal/memory.ts';
import { aMirror, nothingToBuild } from '../../builders/image.ts';
import { aSite } from '../../builders/node.ts';
import { input, tell } from './parent.ts';

export interface RegistryInput {
  /** Hosts and ports. */
  own: string;
  upstream: string;
  /** Tags by repository. */
  images: Record<string, string[]>;
  dataDir: string;
}

export interface RegistryOutput {
  wallMs: number;
  cpuMs: number;
  /** Tags that were written. */
  put: number;
}

const { own, upstream, images: declared, dataDir } = input<RegistryInput>();
const images = Object.entries(declared).map(([name, tags]) =>
  aMirror(name, tags, { from: `${upstream}/${name}` }),
);
const site = aSite([], {
  images: new Map(images.map((image) => [image.name, image])),
  registries: new Map([
    ['own', { endpoint: `http://${own}`, own: true }],
    ['upstream', { endpoint: `http://${upstream}` }],
  ]),
});
const journal = openMemoryJournal({ clock: Date.now });
const over = Promise.withResolvers<void>();
const before = process.cpuUsage();
const start = performance.now();
const keeper = startImages({
  settings: { dataDir, secretsDir: dataDir, env: {}, images: { onRound: () => over.resolve() } },
  files: nothingToBuild,
  ...{ journal, clock: Date.now, site: () => site, wake: () => {}, onError: over.reject },
});
await over.promise;
const wallMs = performance.now() - start;
const { user, system } = process.cpuUsage(before);
const isDone = keeper.views().every(({ state }) => state === 'ok');
if (!isDone) throw new Error(JSON.stringify(keeper.views().find(({ state }) => state !== 'ok')));
const put = journal.read({ reasons: ['ImagePut'], limit: 10_000 }).length;
await tell({ wallMs, cpuMs: (user + system) / 1000, put } satisfies RegistryOutput);
await keeper.close();
process.disconnect();
