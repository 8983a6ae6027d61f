/** A report desk over a journal in memory, with one node `n1`, and reports that are signed or not. */

import { createHmac } from 'node:crypto';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import { createReportDesk, type Report } from '../../src/observe/reports.ts';
import type { Signed } from '../../src/observe/signature.ts';
import { createTokens } from '../../src/observe/tokens.ts';
import { T0 } from '../builders/commit.ts';
import { aRecord } from '../builders/node.ts';
import { aState, type StateBuilder } from '../builders/state.ts';
import { INSTALL, NODE } from './a-desk.ts';

const TOKENS = createTokens(Buffer.alloc(32, 7));
export const KEY = TOKENS.reportKey(INSTALL);
export const OTHER_KEY = TOKENS.reportKey('2'.repeat(32));
/** The record of an install of this daemon. */
export const OURS = aRecord('base', 1, { installId: INSTALL });

/** Installed by this daemon, which handed out its key. */
export function ours(change: Partial<NodeState> = {}): StateBuilder {
  const signs = { installId: INSTALL, key: TOKENS.keyName };
  const settled = aState('n1').installed('base').settled();
  return settled.with({ record: OURS, signs, ...change });
}

export function aReportDesk(state: StateBuilder, isHeld = false) {
  const journal = openMemoryJournal({ clock: () => T0 + 1_000, states: [state.build()] });
  const desk = createReportDesk({
    journal,
    tokens: TOKENS,
    nodeByMac: (mac) => (mac === NODE.bootMac ? NODE : null),
    bindAddresses: true,
    isHeld: () => isHeld,
    stacksOf: async ({ name }) => Buffer.from(`the stacks of ${name}`),
    clock: () => T0,
  });
  return {
    journal,
    desk,
    receive: (report: Report, address: string, key: string | null = null) =>
      desk.report(report, address, signedWith(key, report)),
    count: () => journal.read({}).length,
  };
}

export function aReport(change: Partial<Report> = {}): Report {
  return {
    mac: NODE.bootMac,
    boot: false,
    record: aRecord('base'),
    configDigest: 'config-base',
    stacks: [],
    facts: {},
    ...change,
  };
}

/** A body, signed with the key, or not at all. */
export function signedWith(key: string | null, value: unknown): Signed {
  const body = Buffer.from(JSON.stringify(value));
  const signature = key === null ? null : `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
  return { body, signature };
}
