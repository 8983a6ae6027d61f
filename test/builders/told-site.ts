/** A month of a site, told to its journal: commits that came into force, one that was refused, installs, and what was shown. */

import { openMemoryJournal } from '../../src/journal/memory.ts';
import type { NodeView } from '../../src/model/api.ts';
import type { Commit } from '../../src/model/desired.ts';
import type { InstallTarget, NewEvent } from '../../src/model/event.ts';
import type { Journal } from '../../src/model/journal.ts';
import type { Phase } from '../../src/model/phase.ts';
import { aCommit, T0 } from './commit.ts';
import { anEvent } from './event.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
const AUTHORS = ['Thandi', 'Sipho', 'Lerato'];

export interface ToldSite {
  journal: Journal;
  /** Oldest first; the last one is in force. */
  commits: Commit[];
  refused: Commit;
}

/** The journal ends at `T0`, and goes on from there by `clock`. */
export async function aToldSite(nodes: readonly NodeView[], clock: () => number): Promise<ToldSite> {
  let time: number | null = T0 - 30 * DAY;
  const journal = openMemoryJournal({ clock: () => time ?? clock() });
  const at = (when: number, ...events: NewEvent[]) => {
    time = when;
    return journal.append(events);
  };
  const commits = Array.from({ length: 8 }, (_, index) =>
    aCommit(`c0ffee${index}`, {
      author: AUTHORS[index % 3] ?? '',
      subject: `Raise the generation of ${nodes[index]?.name ?? 'a node'}`,
      time: T0 - (29 - index * 3.5) * DAY,
    }),
  );
  for (const [index, commit] of commits.entries()) {
    const some = nodes.slice(index, index + 1 + (index % 3));
    await at(
      commit.time + MINUTE,
      accepted(commit, commits[index - 1] ?? null, nodes.length, some.length, index),
    );
    for (const [order, node] of some.entries()) await install(at, commit, node, index, order);
  }
  const refused = aCommit('bad1dea', { author: 'Sipho', subject: 'Add sip-n13', time: T0 - 5 * MINUTE });
  await at(
    T0 - 4 * MINUTE,
    ...shown(nodes, commits),
    anEvent(
      null,
      'CommitRejected',
      { commit: refused, problems: [], total: 2 },
      { commit: refused.id, actor: 'git', message: 'commit bad1dea000 is refused: 2 problems' },
    ),
  );
  time = null;
  return { journal, commits, refused };
}

type At = (when: number, ...events: NewEvent[]) => Promise<unknown>;

async function install(
  at: At,
  commit: Commit,
  { name, pool }: NodeView,
  index: number,
  order: number,
): Promise<void> {
  const profile = index % 2 === 0 ? 'docker' : 'base';
  const target = targetOf(commit, profile, index + 1);
  const about = { commit: commit.id };
  const installId = `i${index}${name}`;
  const begin = commit.time + (2 + order * 40) * MINUTE;
  const durationMs = (6 + index + name.length) * MINUTE;
  await at(
    begin,
    anEvent(
      name,
      'InstallWanted',
      { target },
      { ...about, message: `install of ${profile} is wanted: ${target.change}` },
    ),
  );
  await at(
    begin + MINUTE,
    anEvent(
      name,
      'AttemptStarted',
      { attempt: 1, installId, target },
      { ...about, message: `attempt 1 of 3: install ${profile}` },
    ),
  );
  const enter = (minute: number, phase: Phase, from: Phase, ...more: NewEvent[]) =>
    at(
      begin + minute * MINUTE,
      anEvent(
        name,
        'PhaseEntered',
        { phase, from, waitingFor: `the end of ${phase}`, deadline: null },
        about,
      ),
      ...more,
    );
  await enter(1, 'arming', 'held');
  await enter(1.2, 'booting', 'arming');
  await at(
    begin + 2 * MINUTE,
    anEvent(name, 'BootScriptServed', { answer: 'installer', address: '10.0.0.9' }, about),
  );
  if (index === 5) {
    const why = 'the installer never fetched its answers';
    const failed = { attempt: 1, why, missing: 'answers' as const, retryAt: null };
    await at(
      begin + 9 * MINUTE,
      anEvent(name, 'AttemptFailed', failed, { ...about, message: `attempt 1 of 3 failed: ${why}` }),
    );
    await at(begin + 9 * MINUTE, anEvent(name, 'Stuck', { why }, { ...about, message: `stuck: ${why}` }));
    return;
  }
  await enter(
    2.3,
    'installing',
    'booting',
    anEvent(name, 'AnswersServed', { installId, address: '10.0.0.9' }, about),
  );
  await enter(
    durationMs / MINUTE - 1.5,
    'restarting',
    'installing',
    anEvent(name, 'InstallCompleted', { installId }, about),
  );
  await enter(durationMs / MINUTE - 0.7, 'configuring', 'restarting');
  const record = { installId, profile, generation: target.generation, installDigest: 'd', commit: commit.id };
  const built = { pool, configDigest: 'c0', stacks: ['docker'], hardware: 'Supermicro X11' };
  await at(
    begin + durationMs,
    anEvent(
      name,
      'InstallSettled',
      { record, durationMs, ...built },
      { ...about, message: `settled after ${durationMs / MINUTE} min` },
    ),
  );
}

function targetOf(commit: Commit, profile: string, generation: number): InstallTarget {
  const cause = { file: 'inventory/nodes/sip.yaml', line: 6, column: 3 };
  const change = `generation ${generation - 1} → ${generation}`;
  return { profile, generation, commit: commit.id, asked: commit, cause, change, together: 1, first: false };
}

function accepted(
  commit: Commit,
  previous: Commit | null,
  nodes: number,
  installs: number,
  index: number,
): NewEvent {
  const totals = { none: 0, files: 1, 'in-place': 0, power: index % 2, 'DESTROYS DISK': installs };
  const plan = { digest: `0123456789a${index}`, totals, held: 0 };
  const brought = index === 6 ? { pullRequests: [41] } : {};
  return anEvent(
    null,
    'CommitAccepted',
    { commit, previous: previous?.id ?? null, nodes, plan, ...brought },
    {
      commit: commit.id,
      actor: 'git',
      message: `commit ${commit.id.slice(0, 10)} of ${commit.author} is in force: ${commit.subject}`,
    },
  );
}

function shown(nodes: readonly NodeView[], commits: readonly Commit[]): NewEvent[] {
  const url = 'https://git.example.org/ops/karoo/pulls/42';
  const plan = {
    pullRequest: 42,
    url,
    ref: 'refs/pull/42/head',
    head: commits[7]?.id ?? '',
    tree: 't',
    digest: 'feedfacecafe',
  };
  const destroys = nodes.slice(0, 3).map(({ name }) => name);
  const totals = '3 reinstall (DATA LOSS), 2 power on';
  return [
    anEvent(
      null,
      'PlanShown',
      { ...plan, destroys, totals },
      { message: `pull request #42 shows plan feedfacecafe: ${totals}` },
    ),
  ];
}
