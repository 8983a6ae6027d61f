/** A store as a daemon leaves it behind: made in bulk, since a million events through the journal would take a minute. */

import { DatabaseSync } from 'node:sqlite';
import { loadSite } from '../../src/daemon/load-site.ts';
import { createDocumentCache } from '../../src/desired/document-cache.ts';
import { openSource } from '../../src/git/source.ts';
import { openSqliteJournal } from '../../src/journal/sqlite.ts';
import type { Site } from '../../src/model/desired.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import { aState } from '../builders/state.ts';
import { GIT_ENV, type Place } from './place.ts';

/** A store whose nodes are all settled, installed as the repository's head says, and on. */
export async function fillSettled(place: Place, events: number): Promise<void> {
  const site = await siteOf(place);
  await fillStore(place.store, settledStates(site), events, site.commit.id);
}

/** As `fillSettled`, but the head asked all nodes for a reinstall, and a person approved it. */
export async function fillWaiting(place: Place, events: number): Promise<void> {
  const site = await siteOf(place);
  const { commit } = site;
  const states = settledStates(site).map((state): NodeState => {
    const { profile, generation } = state.baseline;
    const target = {
      profile,
      generation,
      commit: commit.id,
      asked: commit,
      together: site.nodes.size,
      first: false,
    };
    const cause = { file: 'inventory/site.yaml', line: 1, column: 1 };
    const change = `generation ${generation - 1} → ${generation}`;
    return {
      ...state,
      phase: 'held',
      want: { ...target, cause, change },
      approved: { by: 'bench', at: state.foundAt, digest: null },
      record: state.record && { ...state.record, generation: generation - 1 },
    };
  });
  await fillStore(place.store, states, events, commit.id);
}

async function siteOf({ settings }: Place): Promise<Site> {
  const source = await openSource({
    ...settings,
    location: settings.repository,
    env: { ...process.env, ...GIT_ENV },
  });
  try {
    const { site } = await loadSite(source, createDocumentCache(), await source.head());
    if (!site) throw new Error('the generated site has problems');
    return site;
  } finally {
    source.close();
  }
}

/** Events in turns over the nodes, at one a millisecond from time 1, and the state of each node. */
export async function fillStore(
  file: string,
  states: readonly NodeState[],
  events: number,
  acceptedCommit: string | null,
): Promise<void> {
  await (await openSqliteJournal({ file, clock: () => 0 })).close();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA synchronous = OFF; BEGIN; CREATE TEMP TABLE names (i INTEGER PRIMARY KEY, name TEXT)');
  const put = db.prepare('INSERT INTO states (node, state, event) VALUES (?, ?, ?)');
  const putName = db.prepare('INSERT INTO names VALUES (?, ?)');
  for (const [index, state] of states.entries()) {
    put.run(state.name, JSON.stringify(state), events);
    putName.run(index, state.name);
  }
  db.prepare(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
    INSERT INTO events SELECT n.i, n.i, name, CASE n.i % 10 WHEN 0 THEN 'c' || (n.i / 1000) END, 'settled', NULL,
      'daemon', iif(n.i % 10000 = 0, 'CommitAccepted', iif(n.i % 3 = 0, 'Waiting', 'PowerObserved')),
      'The power state is on, and was unknown before.', '{"state":"on","previous":"unknown"}'
      FROM n JOIN names ON names.i = n.i % ?
  `).run(events, states.length);
  db.prepare('INSERT INTO facts (name, value) VALUES (?, ?)').run(
    'acceptedCommit',
    JSON.stringify(acceptedCommit),
  );
  db.exec('COMMIT; DROP TABLE names');
  db.close();
}

function settledStates(site: Site): NodeState[] {
  const now = Date.now();
  return [...site.nodes.values()].map(({ name, profile, generation, installDigest, configDigest }) => {
    const state = aState(name).settled().installed(profile, generation).power('on', now).build();
    const record = state.record && { ...state.record, installDigest };
    const stacks = (site.profiles.get(profile)?.stacks ?? []).map((stack) => ({
      name: stack.name,
      state: 'ok' as const,
    }));
    return { ...state, record, configDigest, stacks, phaseSince: now, reportedAt: now, foundAt: now };
  });
}
