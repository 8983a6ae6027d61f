/** A control plane over a rack that tests move: what is asked to be done is only noted. */

import { noSuchRevision } from '../../src/daemon/follow-errors.ts';
import { createLedgerViews } from '../../src/daemon/ledger-views.ts';
import { OperationError } from '../../src/daemon/operation-error.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import type { Declared, InstallerLogView, NodeView, ServedFile, StatusView } from '../../src/model/api.ts';
import type { Journal } from '../../src/model/journal.ts';
import { createControlPlane } from '../../src/serve/control-plane.ts';
import type { ControlPorts } from '../../src/serve/control-ports.ts';
import { type PageUser, userOf } from '../../src/serve/page/actions/user.ts';
import { aNode, T0 } from './node.ts';
import { aPlan } from './plan.ts';
import { aState } from './state.ts';
import { aStatus, aView } from './view.ts';

export const TOKEN = 'the-control-token';
/** Of the plan, whatever it holds. */
export const DIGEST = '0123456789ab';

/** What the API shows; replace it before the event that tells of it. */
interface Shown {
  nodes: NodeView[];
  status: Partial<StatusView>;
  declared: { [K in keyof Declared]: Declared[K][] };
  files: ServedFile[];
  installerLog: InstallerLogView | null;
  /** Who looks at the pages, whoever asks; undefined: who asks. */
  who: PageUser | null | undefined;
}

type Change = Partial<Omit<ControlPorts, 'journal'>> & { journal?: Journal };

/** Shows one node, n1 of the pool sip, where none are given. `change` takes the place of ports. Whoever listens closes it. */
export function aControlPlane(shown: Partial<Shown> = {}, change: Change = {}) {
  const rack: Shown = {
    ...{ nodes: [aView(aState('n1'), aNode('n1').pool('sip'))], status: {}, files: [], installerLog: null },
    ...{ declared: { pools: [], profiles: [], stacks: [], images: [] }, who: undefined },
    ...shown,
  };
  const calls: unknown[][] = [];
  const errors: unknown[] = [];
  const { journal = openMemoryJournal({ clock: change.clock ?? (() => T0) }) } = change;
  const note =
    (name: string) =>
    async (...args: unknown[]): Promise<void> =>
      void calls.push([name, ...args]);
  const plane = createControlPlane({
    token: TOKEN,
    version: '0',
    access: () => null,
    readSecret: async () => 'secret-of-the-client',
    onRefused: () => undefined,
    clock: () => T0,
    who: (request) => (rack.who === undefined ? userOf(request) : rack.who),
    journal,
    isReady: () => aStatus(rack.nodes, rack.status).inForce !== null,
    status: () => aStatus(rack.nodes, { lastEventId: journal.lastId(), ...rack.status }),
    nodes: () => rack.nodes,
    removedBefore: () => null,
    members: () => new Map(rack.nodes.map(({ name, pool }) => [name, pool])),
    node: (name) => rack.nodes.find((node) => node.name === name) ?? null,
    metrics: { text: async () => 'up 1\n', contentType: 'text/plain' },
    list: (kind) => rack.declared[kind],
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
      if (args[0] !== DIGEST) throw new OperationError('outdated', `the plan is now ${DIGEST}`);
      return { nodes: rack.nodes.map(({ name }) => name), tags: [] };
    },
    pause: note('pause'),
    resume: note('resume'),
    retry: note('retry'),
    cycle: note('cycle'),
    holdPower: note('holdPower'),
    releasePower: note('releasePower'),
    acceptHistory: note('acceptHistory'),
    async collectImages(...args) {
      await note('collectImages')(...args);
      return { begun: 7 };
    },
    async testNotifications(...args) {
      await note('testNotifications')(...args);
      return [{ channel: 'ops', kind: 'slack', ok: true, answer: 'HTTP 200: ok' }];
    },
    ...createLedgerViews({ journal, site: () => null, clock: () => T0 }),
    onError: (error) => errors.push(error),
    ...change,
  });
  const host = '127.0.0.1:8481';
  const get = (url: string, headers: Record<string, string> = {}) =>
    plane.inject({ url, headers: { host, ...headers } });
  const post = (url: string, payload?: object, headers: Record<string, string> = {}) =>
    plane.inject({
      method: 'POST',
      url,
      headers: { host, authorization: `Bearer ${TOKEN}`, 'x-barewright-actor': 'thandi', ...headers },
      ...(payload ? { payload } : {}),
    });
  return { plane, journal, rack, calls, errors, get, post };
}
