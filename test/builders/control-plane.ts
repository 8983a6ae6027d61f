/** A control plane over a rack that tests move: only what the pages ask of it is there. */

import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { noSuchRevision } from '../../src/daemon/follow-errors.ts';
import { createLedgerViews } from '../../src/daemon/ledger-views.ts';
import { OperationError } from '../../src/daemon/operation-error.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import type { ImageView, InstallerLogView, NodeView, ServedFile, StatusView } from '../../src/model/api.ts';
import type { Profile } from '../../src/model/desired.ts';
import type { Journal } from '../../src/model/journal.ts';
import { createControlPlane } from '../../src/serve/control-plane.ts';
import type { PageUser } from '../../src/serve/page/actions/user.ts';
import { T0 } from './commit.ts';
import { aPlan } from './plan.ts';
import { aStatus } from './view.ts';

export interface PlaneUnderTest {
  app: FastifyInstance;
  journal: Journal;
  /** What the API shows; replace it before the event that tells of it. */
  rack: {
    nodes: NodeView[];
    status: Partial<StatusView>;
    images: ImageView[];
    profiles: Profile[];
    files: ServedFile[];
    installerLog: InstallerLogView | null;
    /** Who looks at the pages. */
    who: PageUser | null;
  };
  /** What was asked to be done: verb and arguments. */
  done: unknown[][];
}

/** `clock` in ms since the epoch. Closed when the test is over. */
export function aControlPlane(
  nodes: NodeView[],
  status: Partial<StatusView> = {},
  clock: () => number = Date.now,
): PlaneUnderTest {
  const plane = aPlaneOver(openMemoryJournal({ clock }), nodes, status);
  onTestFinished(() => plane.app.close());
  return plane;
}

/** Over a journal that has been told something; the caller closes `app`. Its plan is what the nodes' actions come to. */
export function aPlaneOver(
  journal: Journal,
  nodes: NodeView[],
  status: Partial<StatusView> = {},
): PlaneUnderTest {
  const rack: PlaneUnderTest['rack'] = {
    ...{ nodes, status, images: [], profiles: [], files: [], installerLog: null, who: null },
  };
  const done: unknown[][] = [];
  const note =
    (verb: string) =>
    async (...args: unknown[]): Promise<void> =>
      void done.push([verb, ...args]);
  const app = createControlPlane({
    token: 'token',
    version: '0',
    access: () => null,
    readSecret: async () => '',
    onRefused: () => undefined,
    clock: () => T0,
    who: () => rack.who,
    journal,
    status: () => aStatus(rack.nodes, { lastEventId: journal.lastId(), ...rack.status }),
    nodes: () => rack.nodes,
    removedBefore: () => null,
    members: () => new Map(rack.nodes.map(({ name, pool }) => [name, pool])),
    node: (name) => rack.nodes.find((node) => node.name === name) ?? null,
    metrics: { text: async () => 'up 1\n', contentType: 'text/plain' },
    list: (kind) => (kind === 'images' ? rack.images : rack.profiles),
    installerLog: () => rack.installerLog,
    files: (name) => (rack.nodes.some((node) => node.name === name) ? rack.files : null),
    async plan(to) {
      if (to === 'nowhere') throw noSuchRevision('there is no revision nowhere in this repository');
      return aPlan(rack.nodes.flatMap(({ actions }) => actions));
    },
    reconcile: note('reconcile'),
    approveNode: note('approveNode'),
    async approvePlan(...args) {
      await note('approvePlan')(...args);
      if (args[0] !== '0123456789ab') throw new OperationError('outdated', 'the plan is now 0123456789ab');
      return { nodes: [], tags: [] };
    },
    pause: note('pause'),
    resume: note('resume'),
    retry: note('retry'),
    cycle: note('cycle'),
    holdPower: note('holdPower'),
    releasePower: note('releasePower'),
    acceptHistory: note('acceptHistory'),
    collectImages: async () => ({ begun: 1 }),
    testNotifications: async () => [],
    ...createLedgerViews({ journal, site: () => null, clock: () => T0 }),
    onError: (error) => {
      throw error;
    },
  });
  return { app, journal, rack, done };
}
