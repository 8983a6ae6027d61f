/** How long a plan's reinstalls will take, and in which order they come. Pure. */

import type { Site } from '../model/desired.ts';
import type { Plan } from '../model/plan.ts';
import { sayNames } from './fold-names.ts';
import { groupActions, isHeld } from './group.ts';
import { allowance } from './tallies.ts';

/** What the ledger tells of installs of one profile. */
export interface InstallTimes {
  /** ms. */
  median: number;
  count: number;
}

interface Expected {
  node: string;
  pool: string;
  /** ms. */
  takes: number;
}

interface Begun extends Expected {
  start: number;
  end: number;
}

/**
 * `about 27 min: sip-n01…n04 first, sip-n09…n12 last; docker takes 9 min (median of 14)`. Empty where nothing is reinstalled.
 * Windows, dependencies and failures are not foreseen.
 */
export function sayExpectation(
  plan: Pick<Plan, 'actions'>,
  site: Site,
  times: ReadonlyMap<string, InstallTimes>,
): string {
  const going = groupActions(plan.actions).filter(
    (group) => group.kind === 'install' && (!isHeld(group) || group.hold?.needsApproval),
  );
  const once = going.some(isHeld) ? ' once all is approved' : '';
  const profiles = new Set<string>();
  const names = new Set(going.flatMap(({ nodes }) => nodes));
  const wanted = [...site.nodes.values()].flatMap(({ name, pool, profile }): Expected[] => {
    if (!names.has(name)) return [];
    profiles.add(profile);
    return [{ node: name, pool, takes: times.get(profile)?.median ?? patience(site, profile) }];
  });
  if (wanted.length === 0) return '';
  const begun = inOrder(wanted, site);
  const total = begun.reduce((most, { end }) => Math.max(most, end), 0);
  const isKnown = [...profiles].every((profile) => times.has(profile));
  const why = [...profiles].map((profile) => sayTimes(profile, site, times.get(profile)));
  return `${isKnown ? 'about' : 'at most'} ${sayMinutes(total)}${once}${sayOrder(begun)}; ${why.join(', ')}`;
}

/** Each begins as soon as the caps on installs and on the pool let it, in the order of the site. */
function inOrder(wanted: readonly Expected[], site: Site): Begun[] {
  const rooms = roomsOf(site);
  const begun: Begun[] = [];
  const left = [...wanted];
  let running: Begun[] = [];
  let now = 0;
  while (left.length > 0) {
    const next = left.findIndex(({ pool }) => hasRoom(running, pool));
    const [expected] = next === -1 ? [] : left.splice(next, 1);
    if (expected) {
      const one = { ...expected, start: now, end: now + expected.takes };
      begun.push(one);
      running.push(one);
    } else {
      now = Math.min(...running.map(({ end }) => end));
      running = running.filter(({ end }) => end > now);
    }
  }
  return begun;

  function hasRoom(running: readonly Begun[], pool: string): boolean {
    if (running.length === 0) return true;
    if (running.length >= site.policy.installsAtOnce) return false;
    return running.filter((other) => other.pool === pool).length < (rooms.get(pool) ?? 1);
  }
}

/** By pool: how many may be away at once. */
function roomsOf({ nodes, pools, policy }: Site): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { pool } of nodes.values()) sizes.set(pool, (sizes.get(pool) ?? 0) + 1);
  const room = (pool: string, size: number) =>
    allowance(pools.get(pool)?.unavailable ?? policy.unavailablePerPool, size);
  return new Map([...sizes].map(([pool, size]) => [pool, room(pool, size)]));
}

function patience(site: Site, profile: string): number {
  return site.profiles.get(profile)?.timeouts.install ?? 0;
}

function sayOrder(begun: readonly Begun[]): string {
  const last = begun.reduce((most, { start }) => Math.max(most, start), 0);
  if (last === 0) return begun.length > 1 ? ', all at once' : '';
  const at = (time: number) => begun.filter(({ start }) => start === time).map(({ node }) => node);
  return `: ${sayNames(at(0), 4)} first, ${sayNames(at(last), 4)} last`;
}

function sayTimes(profile: string, site: Site, times: InstallTimes | undefined): string {
  if (times) return `${profile} takes ${sayMinutes(times.median)} (median of ${times.count})`;
  return `no install of ${profile} is on record, its timeout is ${sayMinutes(patience(site, profile))}`;
}

function sayMinutes(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
