/**
 * One look of the daemon's image keeper at a site's images, and all that follows, in a process that has just started; and a
 * second look, as a daemon takes it every ten minutes. What they cost is this process's own account.
 */

import { startImages } from '../../../src/daemon/images/images.ts';
import { createSopsFiles } from '../../../src/daemon/sops-files.ts';
import { openMemoryJournal } from '../../../src/journal/memory.ts';
import { aMirror, nothingToBuild } from '../../builders/image.ts';
import { aSite } from '../../builders/node.ts';
import type { Timed } from '../timed.ts';
import { input, tell } from './parent.ts';

export interface RegistryInput {
  /** Hosts and ports. */
  own: string;
  upstream: string;
  /** Tags by repository. */
  images: Record<string, string[]>;
  dataDir: string;
}

export interface RegistryOutput extends Timed {
  second: Timed;
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
let over = Promise.withResolvers<void>();
const first = stopwatch();
const keeper = startImages({
  settings: { dataDir, secretsDir: dataDir, env: {}, images: { onRound: () => over.resolve() } },
  files: nothingToBuild,
  sopsFiles: createSopsFiles({ env: {} }),
  ...{ journal, clock: Date.now, site: () => site, wake: () => {}, onError: over.reject },
});
await over.promise;
const took = first();
over = Promise.withResolvers();
const again = stopwatch();
keeper.soon();
await over.promise;
const second = again();
const isDone = keeper.views().every(({ state }) => state === 'ok');
if (!isDone) throw new Error(JSON.stringify(keeper.views().find(({ state }) => state !== 'ok')));
const put = journal.read({ reasons: ['ImagePut'], limit: 10_000 }).length;
await tell({ ...took, second, put } satisfies RegistryOutput);
await keeper.close();
process.disconnect();

/** Begins now; tells what was spent until it is called. */
function stopwatch(): () => Timed {
  const before = process.cpuUsage();
  const start = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { wallMs: performance.now() - start, cpuMs: (user + system) / 1000 };
  };
}
