import { afterEach, expect, it } from 'vitest';
import { type Aftermath, createAftermath } from '../../../src/daemon/review/aftermath.ts';
import { openMemoryJournal } from '../../../src/journal/memory.ts';
import type { Forge } from '../../../src/review/forge.ts';
import { aCommit } from '../../builders/commit.ts';
import { anEvent, NOTHING_PLANNED } from '../../builders/event.ts';
import { type ForgeServer, startForgeServer } from '../../review/a-forge-server.ts';
import { aClient, type Case, FORGES, NOW } from '../../review/forges.ts';

let server: ForgeServer;
let forge: Forge;
let aftermath: Aftermath;
afterEach(async () => {
  aftermath.close();
  await forge.close();
  await server.close();
});

/** Two pull requests were merged, one after the other, and nobody was told yet. */
async function twoMerges(): Promise<void> {
  const gitea = FORGES.find(({ kind }) => kind === 'gitea') as Case;
  server = await startForgeServer(gitea.dialect);
  forge = aClient(gitea, server).forge;
  const journal = openMemoryJournal({ clock: () => NOW });
  const merges = ['a1', 'b2'].map((id, index) => {
    const data = { commit: aCommit(id), previous: null, nodes: 1, plan: NOTHING_PLANNED };
    return anEvent(null, 'CommitAccepted', { ...data, pullRequests: [index + 7] });
  });
  await journal.append(merges);
  aftermath = createAftermath({ journal, clock: () => NOW });
}

const told = () => server.store.statuses.map(({ sha }) => String(sha).slice(0, 2));

it('what one merge may not be told keeps nothing from the other, and is told later', async () => {
  await twoMerges();
  server.faults.push({ status: 403, body: { message: 'token does not have required scope' } });
  expect((await aftermath.look(forge)).map(({ code }) => code)).toEqual(['forbidden']);
  expect(told()).toEqual(['b2']);
  expect(await aftermath.look(forge)).toEqual([]);
  expect(told()).toEqual(['b2', 'a1']);
});

it('a commit that the forge does not know is told nowhere, and is no trouble', async () => {
  await twoMerges();
  server.faults.push({ status: 404, body: { message: 'object does not exist' } });
  expect(await aftermath.look(forge)).toEqual([]);
  expect(await aftermath.look(forge)).toEqual([]);
  expect(told()).toEqual(['b2']);
});

it('a forge that is away is trouble for all, and nothing is forgotten', async () => {
  await twoMerges();
  server.faults.push(...Array.from({ length: 10 }, () => 'reset' as const));
  await expect(aftermath.look(forge)).rejects.toThrow(/cannot be reached|connection/i);
  server.faults.length = 0;
  expect(await aftermath.look(forge)).toEqual([]);
  expect(told()).toEqual(['a1', 'b2']);
});
