/** A control plane over a journal in memory, whose other ports only tell that they were called. */

import { openMemoryJournal } from '../../src/journal/memory.ts';
import { historyOf } from '../../src/ledger/history.ts';
import { makeReport } from '../../src/ledger/report.ts';
import type { NodeView, StatusView } from '../../src/model/api.ts';
import { createControlPlane } from '../../src/serve/control-plane.ts';
import type { ControlPorts } from '../../src/serve/control-ports.ts';
import { T0 } from '../builders/commit.ts';

export const TOKEN = 'the-control-token';

export function aControlPlane(change: Partial<ControlPorts> = {}) {
  const calls: unknown[][] = [];
  const errors: unknown[] = [];
  const journal = openMemoryJournal({ clock: () => T0 });
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
    journal,
    status: () => ({ version: '0' }) as StatusView,
    metrics: { text: async () => 'up 1\n', contentType: 'text/plain' },
    nodes: () => [{ name: 'n1' } as NodeView],
    removedBefore: () => null,
    members: () => new Map([['n1', 'sip']]),
    node: (name) => (name === 'n1' ? ({ name, pool: 'sip' } as NodeView) : null),
    installerLog: (name, lines) => ({ installId: name, lines: [`${lines}`] }),
    list: (kind) => [{ kind }],
    files: () => [],
    plan: async () => null,
    reconcile: note('reconcile'),
    approveNode: note('approveNode'),
    approvePlan: async (...args) => {
      calls.push(['approvePlan', ...args]);
      return { nodes: ['n1'], tags: [] };
    },
    pause: note('pause'),
    resume: note('resume'),
    retry: note('retry'),
    cycle: note('cycle'),
    holdPower: note('holdPower'),
    releasePower: note('releasePower'),
    acceptHistory: note('acceptHistory'),
    collectImages: async (actor) => {
      calls.push(['collectImages', actor]);
      return { begun: 7 };
    },
    testNotifications: async (channel, actor) => {
      calls.push(['testNotifications', channel, actor]);
      return [{ channel: 'ops', kind: 'slack', ok: true, answer: 'HTTP 200: ok' }];
    },
    ledger: async (filter) => {
      calls.push(['ledger', filter]);
      return [];
    },
    rackAt: async (at) => ({ at, inForce: null, rebuild: [], nodes: [], images: [] }),
    report: async (question) => makeReport(historyOf([]), question, () => null),
    history: async () => historyOf([]),
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
  return { plane, journal, calls, errors, get, post };
}
