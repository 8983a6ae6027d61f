/** When all deeds are done and the passing faults are over: people tidy up, and the world is given time to come to rest. */

import type { StatusView } from '../../src/model/api.ts';
import type { NodeState } from '../../src/model/node-state.ts';
import { askings } from './asked.ts';
import { explainsStuck, lasting } from './causes.ts';
import { type Plot, SPEED } from './draw.ts';
import { complaint, type Ending, mustCarry } from './ending.ts';
import type { Breach, Release } from './evidence.ts';
import { gatherAcceptances, gatherReleases } from './gather.ts';
import { patientNow, patientSleep } from './patient-clock.ts';
import type { People } from './people.ts';
import type { World } from './world.ts';

/** Long, because only what never comes to rest takes it. */
const GIT_PATIENCE = 10_000;
const PATIENCE = 30_000;
const LOOK = 50;
/** It must stay as it is for so long. */
const REST = 250;
const MOST_RETRIES = 3;

export async function comeToRest(plot: Plot, world: World, people: People): Promise<Breach[]> {
  const git = await tidyGit(world, people);
  await patientSleep(Math.max(0, lastWindow(plot) / SPEED - world.elapsed()));
  const retries = new Map<string, number>();
  let restarts = 0;
  const deadline = patientNow() + PATIENCE;
  let restingSince: number | null = null;
  for (;;) {
    const complaints = endings(plot, world, people).flatMap(([node, ending]) => {
      const text = complaint(ending);
      return text === null ? [] : [{ promise: 7, node, text }];
    });
    if (complaints.length > 0) restingSince = null;
    else restingSince ??= patientNow();
    if (restingSince !== null && patientNow() - restingSince >= REST && (await isInForce(world))) return git;
    if (patientNow() > deadline) return [...git, ...complaints];
    await lookAfter();
    await patientSleep(LOOK);
  }

  /** A node that a passing fault left stuck is tried again; BMCs that refused a log-in are asked again after a restart. */
  async function lookAfter(): Promise<void> {
    for (const { name, phase, stuck } of [...world.journal().states().values()]) {
      const tried = retries.get(name) ?? 0;
      if (phase !== 'stuck' || !stuck || tried >= MOST_RETRIES || explainsStuck(stuck, lastingOf(name)))
        continue;
      retries.set(name, tried + 1);
      await people.retry(name);
    }
    const isRefused = ({ name, bmc }: NodeState) =>
      bmc?.kind === 'auth' && !bmc.reachable && !lastingOf(name).includes('wrong-password');
    if (restarts < 1 && [...world.journal().states().values()].some(isRefused)) {
      restarts += 1;
      await people.restart(0);
    }
  }

  function lastingOf(name: string) {
    return lasting(plot.faults.get(name) ?? []);
  }
}

/** Bad commits are mended and rewritten history is accepted, until the newest commit is in force. */
async function tidyGit(world: World, people: People): Promise<Breach[]> {
  const deadline = patientNow() + GIT_PATIENCE;
  while (world.journal().facts().acceptedCommit !== people.head()) {
    if (patientNow() > deadline) {
      const { body } = await world.api<StatusView>('/status');
      return [
        { promise: 4, node: null, text: `the newest good commit is not in force: ${body.git.message}` },
      ];
    }
    await people.mend();
    await people.acceptHistory();
    await patientSleep(LOOK);
  }
  return [];
}

/** A daemon that was started anew reads its commit before it looks at the nodes. */
async function isInForce(world: World): Promise<boolean> {
  const { body } = await world.api<StatusView>('/status');
  return body.inForce !== null;
}

/** Every wanted node's end, as it stands now. */
export function endings({ limits, faults, blank }: Plot, world: World, people: People): [string, Ending][] {
  const acceptances = gatherAcceptances(world, people);
  const releases = gatherReleases(world, people);
  const asked = askings({ acceptances, releases, events: world.events });
  const wish = acceptances.at(-1)?.wish;
  const states = world.journal().states();
  const out = [...(wish?.nodes ?? [])].filter(([name, { power }]) => {
    const state = states.get(name);
    return state && (AWAY.has(state.phase) || (power === 'on' && state.power !== 'on'));
  });
  const unwell = [...(wish?.nodes ?? [])].flatMap(([name, { power }]) => {
    const state = states.get(name);
    return state?.phase === 'settled' && state.power === power ? [] : [name];
  });
  const cap = limits.unavailablePerPool;
  const allowed = cap === '25%' ? Math.floor((wish?.nodes.size ?? 0) / 4) : cap;
  return [...(wish?.nodes ?? [])].flatMap(([name, nodeWish]) => {
    const state = states.get(name);
    if (!state) return [];
    const asking =
      asked.findLast(({ node, until }) => node === name && until === Number.POSITIVE_INFINITY) ?? null;
    const ending: Ending = {
      wish: nodeWish,
      state,
      machine: world.rack().machine(name),
      faults: lasting(faults.get(name) ?? []),
      asking,
      released: isReleased(name, asking?.from ?? 0, releases),
      mustCarry: mustCarry(name, acceptances, !blank.has(name)),
      poolIsFull: out.filter(([other]) => other !== name).length >= allowed,
      reinstallsPerCommit: limits.reinstallsPerCommit,
      rollout: limits.rollout,
      othersUnwell: unwell.some((other) => other !== name),
    };
    return [[name, ending]];
  });
}

const AWAY: ReadonlySet<string> = new Set([
  'arming',
  'booting',
  'installing',
  'restarting',
  'configuring',
  'stuck',
]);

function isReleased(name: string, since: number, releases: readonly Release[]): boolean {
  return releases.some(({ id, nodes }) => id >= since && nodes.includes(name));
}

function lastWindow({ faults }: Pick<Plot, 'faults'>): number {
  return Math.max(0, ...[...faults.values()].flat().map(({ until }) => until ?? 0));
}
