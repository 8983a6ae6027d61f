/** Garbage collections of the registry that the daemon runs: by policy and by hand, in the journal before and after. */

import type { Site } from '../../model/desired.ts';
import type { Event, EventData, NewEvent } from '../../model/event.ts';
import type { ImageMemory } from '../../model/images.ts';
import type { Journal } from '../../model/journal.ts';
import type { Collected } from '../../own-registry/collect.ts';
import { OwnRegistryError } from '../../own-registry/error.ts';
import { sayBytes } from '../../plan/say-images.ts';
import type { Registry } from '../../registry/client.ts';
import { RegistryError } from '../../registry/errors.ts';
import { repeat } from '../loops.ts';
import { OperationError } from '../operation-error.ts';
import { servedRegistry } from './accounts.ts';
import type { OwnRegistry } from './own-registry.ts';
import { removePruned } from './stale.ts';

export interface Collector {
  /**
   * Begins one; resolves with the id of the event that says so, after which comes CollectionDone or CollectionFailed. Rejects
   * with OperationError where none can begin.
   */
  collect(actor: string): Promise<{ begun: number }>;
  /** The registry answers: what an earlier daemon left unfinished is over. */
  recover(): Promise<void>;
  close(): Promise<void>;
}

interface Ports {
  journal: Journal;
  ownRegistry: Pick<OwnRegistry, 'host' | 'busy' | 'view'>;
  /** What the daemon writes images to, and what it has put there. */
  images: { own(): Registry | null; memory: ImageMemory };
  site(): Site | null;
  onError(error: unknown): void;
  clock(): number;
}

type CollectionReason = 'CollectionBegun' | 'CollectionDone' | 'CollectionFailed';

const REASONS: readonly CollectionReason[] = ['CollectionBegun', 'CollectionDone', 'CollectionFailed'];
const LOOK = 1_000;
/** After one that failed; half of the interval where that is shorter. ms. */
const AGAIN = 3600_000;

export function createCollector({ journal, ownRegistry, images, site, onError, clock }: Ports): Collector {
  const stop = new AbortController();
  let current: Promise<void> | null = null;
  /** Nobody else writes them: read once. */
  let known: { registry: string; last: Event | null } | null = null;
  const loop = repeat(bySchedule, () => LOOK, onError);

  async function bySchedule(): Promise<void> {
    const inForce = site();
    if (!inForce || current || ownRegistry.view().state !== 'ok' || clock() < dueAt(inForce)) return;
    await collect('daemon');
  }

  /** Never collected is due: there is no telling what lies there. */
  function dueAt(inForce: Site): number {
    const registry = servedRegistry(inForce)?.host;
    if (registry === undefined) return Number.POSITIVE_INFINITY;
    const last = newest(registry);
    if (!last) return 0;
    const { collectInterval } = inForce.policy;
    const wait = last.reason === 'CollectionFailed' ? Math.min(AGAIN, collectInterval / 2) : collectInterval;
    return last.time + wait;
  }

  function newest(registry: string): Event | null {
    if (known?.registry !== registry) {
      const isOf = (event: Event) => 'registry' in event.data && event.data.registry === registry;
      known = { registry, last: journal.read({ reasons: REASONS, limit: 50 }).findLast(isOf) ?? null };
    }
    return known.last;
  }

  async function collect(actor: string): Promise<{ begun: number }> {
    const registry = servedRegistry(site() ?? { registries: new Map() })?.host;
    if (registry === undefined) {
      const hint = 'write `serve` at the own one of `registries`';
      throw new OperationError('conflict', 'the site has the daemon run no registry', hint);
    }
    if (current)
      throw new OperationError('conflict', 'a garbage collection is under way', 'see: barewright logs -f');
    const { state, message } = ownRegistry.view();
    if (state !== 'ok') throw new OperationError('not-ready', `the registry does not answer: ${message}`);
    const began = Promise.withResolvers<number>();
    current = run(registry, actor, began.resolve)
      .catch(began.reject)
      .finally(() => {
        current = null;
      });
    return { begun: await began.promise };
  }

  async function run(registry: string, actor: string, onBegun: (event: number) => void): Promise<void> {
    const startedAt = clock();
    const message = `garbage collection of ${registry}: it takes no pushes until it is over`;
    const begun = await append('CollectionBegun', actor, message, { registry });
    onBegun(begun?.id ?? 0);
    ownRegistry.busy(message);
    try {
      const own = images.own();
      const manifests = own ? await removePruned({ journal, memory: images.memory, own }) : 0;
      const host = ownRegistry.host();
      if (!host) throw new OwnRegistryError('collect', 'the registry is not run any more');
      const collected = await host.collect(stop.signal);
      const durationMs = clock() - startedAt;
      const data = { registry, manifests, ...collected, durationMs };
      await append('CollectionDone', actor, said(registry, manifests, collected), data);
    } catch (error) {
      if (!(error instanceof OwnRegistryError) && !(error instanceof RegistryError)) throw error;
      const why = error.message;
      await append('CollectionFailed', actor, `garbage collection of ${registry}: ${why}`, { registry, why });
    } finally {
      ownRegistry.busy(null);
    }
  }

  async function append<R extends CollectionReason>(
    reason: R,
    actor: string,
    message: string,
    data: EventData[R],
  ): Promise<Event | undefined> {
    const event = { node: null, commit: null, actor, reason, message, data } as NewEvent;
    const [written] = await journal.append([event]);
    known = written ? { registry: data.registry, last: written } : null;
    return written;
  }

  return {
    collect,
    async recover() {
      const registry = servedRegistry(site() ?? { registries: new Map() })?.host;
      if (current || registry === undefined || newest(registry)?.reason !== 'CollectionBegun') return;
      const why = 'the daemon ended during it';
      const message = `garbage collection of ${registry}: ${why}; pushes are taken again`;
      await append('CollectionFailed', 'daemon', message, { registry, why });
    },
    async close() {
      stop.abort();
      await loop.close();
      await current?.catch(onError);
    },
  };
}

function said(registry: string, manifests: number, { blobs, bytes }: Collected): string {
  const free = bytes === null ? '' : `, ${sayBytes(bytes)} free again`;
  const pruned = manifests === 0 ? '' : `${manifests} pruned manifests and `;
  return `garbage collection of ${registry}: ${pruned}${blobs} blobs removed${free}`;
}
