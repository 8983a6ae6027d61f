/** A boot desk over a journal in memory, with one node `n1` in the middle of an install. */

import { openMemoryJournal } from '../../src/journal/memory.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import { type BootDeskPorts, createBootDesk } from '../../src/observe/boot-desk.ts';
import { createTokens } from '../../src/observe/tokens.ts';
import { T0 } from '../builders/commit.ts';
import { aNode } from '../builders/node.ts';
import { aState, type StateBuilder } from '../builders/state.ts';

export const NODE = aNode('n1').build();
export const ADDRESS = NODE.bootAddress ?? '';
export const INSTALL = '1'.repeat(32);

export const booting = () =>
  aState('n1')
    .installed('base')
    .wants('base', 2)
    .power('on')
    .phase('booting', { deadline: T0 + 300_000 });

/** Switched on for the attempt, and nothing fetched. */
export const switchedOn = (change: Partial<NonNullable<NodeState['attempt']>> = {}) =>
  booting().attempt({
    installId: INSTALL,
    confirmedOffAt: T0,
    nextBootSetAt: T0,
    confirmedOnAt: T0,
    ...change,
  });

export function aDesk(state: StateBuilder, change: Partial<BootDeskPorts> = {}) {
  const time = { now: T0 + 1_000 };
  const clock = () => time.now;
  const journal = openMemoryJournal({ clock, states: [state.build()] });
  const tokens = createTokens(Buffer.alloc(32, 7));
  const byName = { n1: { name: 'n1', address: NODE.bootAddress } };
  const desk = createBootDesk({
    journal,
    tokens,
    nodeByMac: (mac) => (mac === NODE.bootMac ? byName.n1 : null),
    nodeByName: (name) => (name === 'n1' ? byName.n1 : null),
    bindAddresses: true,
    renderScript: (node, attempt, token) => `script ${node} ${attempt.n} ${token}`,
    renderAnswers: (node, attempt, token) => `answers ${node} ${attempt.n} ${token}`,
    clock,
    ...change,
  });
  return {
    time,
    desk,
    journal,
    answersToken: tokens.issue('answers', INSTALL),
    callbackToken: tokens.issue('callback', INSTALL),
    state: () => {
      const found = journal.state('n1');
      if (!found) throw new Error('n1 is gone');
      return found;
    },
    reasons: () => journal.read({}).map(({ reason }) => reason),
  };
}
