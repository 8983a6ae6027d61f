/** A control plane over a rack that tests move: only what the pages ask of it is there. */

import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import type { NodeView, StatusView } from '../../src/model/api.ts';
import type { Journal } from '../../src/model/journal.ts';
import { createControlPlane } from '../../src/serve/control-plane.ts';
import { aStatus } from './view.ts';

export interface PlaneUnderTest {
  app: FastifyInstance;
  journal: Journal;
  /** What the API shows; replace it before the event that tells of it. */
  rack: { nodes: NodeView[]; status: Partial<StatusView> };
}

/** `clock` in ms since the epoch. Closed when the test is over. */
export function aControlPlane(
  nodes: NodeView[],
  status: Partial<StatusView> = {},
  clock: () => number = Date.now,
): PlaneUnderTest {
  const journal = openMemoryJournal({ clock });
  const rack = { nodes, status };
  const unused = () => {
    throw new Error('not asked for by a page');
  };
  const app = createControlPlane({
    token: 'token',
    journal,
    status: () => aStatus(rack.nodes, { lastEventId: journal.lastId(), ...rack.status }),
    nodes: () => rack.nodes,
    node: (name) => rack.nodes.find((node) => node.name === name) ?? null,
    metrics: { text: unused, contentType: '' },
    list: unused,
    installerLog: unused,
    plan: unused,
    reconcile: unused,
    approveNode: unused,
    approvePlan: unused,
    pause: unused,
    resume: unused,
    retry: unused,
    cycle: unused,
    holdPower: unused,
    releasePower: unused,
    acceptHistory: unused,
    collectImages: unused,
    ...{ ledger: unused, rackAt: unused, report: unused },
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(() => app.close());
  return { app, journal, rack };
}
