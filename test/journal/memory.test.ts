import { expect, it } from 'vitest';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { aState } from '../builders/node.ts';
import { journalContract } from './contract.ts';

journalContract('memory', async (clock) => openMemoryJournal({ clock }));

it('starts from states and facts that it is given', () => {
  const state = aState('n1').settled().installed('docker', 2).build();
  const journal = openMemoryJournal({ clock: () => 1, states: [state], facts: { acceptedCommit: 'c1' } });
  expect(journal.state('n1')).toEqual(state);
  expect(journal.facts()).toEqual({ acceptedCommit: 'c1', allowedHead: null });
});
